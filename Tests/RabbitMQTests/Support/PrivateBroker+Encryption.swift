import Foundation
import RabbitMQ
import Testing

/// A listener with TLS, and the authority that vouches for it.
extension PrivateBroker {
    var authorityFile: String { self.directory.appending(path: "authority.pem").path }

    /// Makes an authority, a certificate for `localhost`, and the part of the broker's configuration that names them.
    func prepareEncryption() throws {
        try self.openssl(
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout authority.key -out authority.pem"
        )
        try self.openssl("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout broker.key -out broker.csr")
        try "subjectAltName=DNS:localhost".write(to: self.file("broker.ext"), atomically: true, encoding: .utf8)
        try self.openssl(
            "x509 -req -in broker.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -extfile broker.ext -out broker.pem"
        )
        try self.openssl(
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=stranger -keyout stranger.key -out stranger.pem"
        )
        // The broker runs as another user.
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: self.file("broker.key").path)
        let options = """
            [{rabbit, [{ssl_listeners, [{"127.0.0.1", \(self.encryptedPort)}]},
                       {ssl_options, [{cacertfile, "\(self.authorityFile)"},
                                      {certfile, "\(self.file("broker.pem").path)"},
                                      {keyfile, "\(self.file("broker.key").path)"}]}]}].
            """
        try options.write(to: self.file("advanced.config"), atomically: true, encoding: .utf8)
    }

    /// The broker by its encrypted port.
    func encryptedConfiguration(
        host: String = "localhost",
        authority: String = "authority.pem"
    ) throws
        -> RabbitMQConfiguration
    {
        let file = self.file(authority).path
        return try RabbitMQConfiguration(
            url: "amqps://repitbot:repitbot@\(host):\(self.encryptedPort)/?cacertfile=\(file)"
        )
    }

    private func file(_ name: String) -> URL { self.directory.appending(path: name) }

    private func openssl(_ arguments: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments.split(separator: " ").map(String.init)
        process.currentDirectoryURL = self.directory
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "openssl \(arguments)")
    }
}
