internal import NIOSSL
internal import Synchronization

/// The certificate by which clients know the gateway; replaced without a connection being lost.
final class ServerCertificate: Sendable {
    /// Where the files are; both in PEM.
    struct Files: Sendable {
        /// The certificate, followed by those of its issuers.
        let certificates: String
        let privateKey: String
    }

    private let files: Files
    private let current: Mutex<NIOSSLContext>

    /// - Throws: What is wrong with the files.
    init(_ files: Files) throws {
        self.files = files
        self.current = Mutex(try Self.load(files))
    }

    /// What the next connection is made with.
    var context: NIOSSLContext { self.current.withLock { $0 } }

    /// Reads the files again; with a mistake in them the last good certificate stays.
    func reload() throws {
        let context = try Self.load(self.files)
        self.current.withLock { $0 = context }
    }

    private static func load(_ files: Files) throws -> NIOSSLContext {
        let chain = try Self.read(files.certificates) { try NIOSSLCertificate.fromPEMFile($0) }
        let key = try Self.read(files.privateKey) { try NIOSSLPrivateKey(file: $0, format: .pem) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        return try Self.read(files.certificates) { _ in try NIOSSLContext(configuration: configuration) }
    }

    private static func read<Value>(_ path: String, _ body: (String) throws -> Value) throws(UnusableFile) -> Value {
        do {
            return try body(path)
        } catch {
            throw UnusableFile(path: path, reason: error)
        }
    }
}
