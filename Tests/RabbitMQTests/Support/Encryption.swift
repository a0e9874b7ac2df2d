import Foundation
import RabbitMQ
import Testing

/// A listener with TLS for a private broker, the authority that vouches for it, and one that does not.
struct Encryption {
    /// The folder of the broker.
    let folder: URL
    /// The port of the listener.
    let port: Int

    /// Makes the authorities, certificates for two names, and the part of the broker's configuration that names them.
    func prepare() throws {
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        for authority in ["authority", "stranger"] {
            try self.openssl(
                "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=\(authority)"
                    + " -keyout \(authority).key -out \(authority).pem"
            )
        }
        try self.openssl("req -newkey rsa:2048 -nodes -subj /CN=broker -keyout broker.key -out broker.csr")
        for name in ["localhost", "elsewhere"] {
            try self.write("subjectAltName=DNS:\(name)", to: "broker.ext")
            try self.openssl(
                "x509 -req -in broker.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2"
                    + " -extfile broker.ext -out \(name).pem"
            )
        }
        try self.present("localhost")
        // The broker runs as another user.
        let readable: [FileAttributeKey: Any] = [.posixPermissions: 0o644]
        try FileManager.default.setAttributes(readable, ofItemAtPath: self.path("broker.key"))
        try self.write(
            """
            [{rabbit, [{ssl_listeners, [{"127.0.0.1", \(self.port)}]},
                       {ssl_options, [{cacertfile, "\(self.path("authority.pem"))"},
                                      {certfile, "\(self.path("broker.pem"))"},
                                      {keyfile, "\(self.path("broker.key"))"}]}]}].
            """,
            to: "advanced.config"
        )
    }

    /// Makes the broker show the certificate for a name, as soon as it reads its files again.
    func present(_ name: String) throws {
        let certificate = try Data(contentsOf: URL(filePath: self.path("\(name).pem")))
        try certificate.write(to: URL(filePath: self.path("broker.pem")))
    }

    /// The broker by its encrypted port.
    func configuration(trusting authority: String = "authority") throws -> RabbitMQConfiguration {
        let file = self.path("\(authority).pem")
        return try RabbitMQConfiguration(url: "amqps://repitbot:repitbot@localhost:\(self.port)/?cacertfile=\(file)")
    }

    private func path(_ name: String) -> String { self.folder.appending(path: name).path }

    private func write(_ text: String, to name: String) throws {
        try text.write(toFile: self.path(name), atomically: true, encoding: .utf8)
    }

    private func openssl(_ arguments: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments.split(separator: " ").map(String.init)
        process.currentDirectoryURL = self.folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments)")
    }
}
