import FoundationEssentials
import TestKit

/// A certificate of this machine, signed by itself, made by openssl.
struct Certificate: Sendable {
    let folder: URL
    /// The certificate, which is its own authority.
    var file: URL { self.folder.appending(path: "certificate.pem") }
    var key: URL { self.folder.appending(path: "key.pem") }
    /// The certificate as it was made, whatever becomes of the file.
    var copy: URL { self.folder.appending(path: "copy.pem") }

    /// What tells a gateway to use it.
    var settings: [String: String] { ["TLS_CERTIFICATE": self.file.path, "TLS_PRIVATE_KEY": self.key.path] }

    /// Lends a new one.
    static func with<R: Sendable>(_ body: @Sendable (Certificate) async throws -> R) async throws -> R {
        let certificate = Certificate(folder: URL(filePath: "/tmp/certificate-\(UUID().uuidString)"))
        try FileManager.default.createDirectory(at: certificate.folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: certificate.folder) }
        let openssl = try ChildProcess(
            [
                "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                "-keyout", certificate.key.path, "-out", certificate.file.path,
            ],
            log: certificate.folder.appending(path: "log").path
        )
        try await eventually("openssl has made a certificate") { openssl.exitStatus == 0 }
        try Data(contentsOf: certificate.file).write(to: certificate.copy)
        return try await body(certificate)
    }
}
