/// Where the broker is, who we are there, and how long each kind of waiting may last.
///
/// `description` names hosts, user and virtual host but never the password.
public struct RabbitMQConfiguration: Sendable {
    /// One broker node.
    public struct Host: Sendable, Hashable, CustomStringConvertible {
        /// A DNS name or an address.
        ///
        /// With TLS it must be a DNS name.
        public var name: String
        /// The port: 5672 in plain text, 5671 with TLS.
        public var port: Int

        /// Names a node.
        public init(_ name: String, port: Int) {
            self.name = name
            self.port = port
        }

        /// `name:port`.
        public var description: String { "\(self.name):\(self.port)" }
    }

    /// What makes a connection encrypted.
    ///
    /// Peer and host name are always verified, and TLS is at least 1.2.
    public struct TLS: Sendable, Equatable {
        /// The file of the authorities that are trusted, in PEM.
        ///
        /// librabbitmq 0.11 has no default of its own.
        public var certificateAuthorityFile: String
        /// The client's certificate chain in PEM, when the broker asks for one.
        public var certificateFile: String?
        /// The key of that certificate in PEM.
        public var keyFile: String?

        /// States what is trusted; without an argument Debian's bundle.
        public init(
            certificateAuthorityFile: String = "/etc/ssl/certs/ca-certificates.crt",
            certificateFile: String? = nil,
            keyFile: String? = nil
        ) {
            self.certificateAuthorityFile = certificateAuthorityFile
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// The nodes, tried in this order at every attempt to connect.
    public var hosts: [Host]
    /// The virtual host.
    public var virtualHost: String
    /// The user name.
    public var username: String
    /// The password.
    public var password: String
    /// `nil` for plain text.
    public var tls: TLS?
    /// What the management page shows for the connection.
    public var connectionName = "repitbot"
    /// The heartbeat offered to the broker, in whole seconds; a silent broker is noticed after twice that.
    public var heartbeat: Duration = .seconds(10)
    /// The limit for opening the socket, and again for the handshake.
    ///
    /// Looking up a DNS name is not covered by it.
    public var connectTimeout: Duration = .seconds(3)
    /// The limit for each request that the broker answers, such as declaring a queue.
    public var rpcTimeout: Duration = .seconds(10)
    /// The limit for a message to be confirmed, and for the socket to take what is written.
    public var publishTimeout: Duration = .seconds(10)
    /// The shortest and the longest wait between two attempts to connect; it doubles in between and is jittered.
    public var reconnectDelay: ClosedRange<Duration> = .milliseconds(500)...(.seconds(30))

    /// States everything that has no default.
    public init(
        hosts: [Host],
        virtualHost: String = "/",
        username: String,
        password: String,
        tls: TLS? = nil
    ) {
        self.hosts = hosts
        self.virtualHost = virtualHost
        self.username = username
        self.password = password
        self.tls = tls
    }
}

extension RabbitMQConfiguration: CustomStringConvertible {
    /// The address without the password.
    public var description: String {
        let nodes = self.hosts.map(\.description).joined(separator: ",")
        return "\(self.tls == nil ? "amqp" : "amqps")://\(self.username):***@\(nodes) (\(self.virtualHost))"
    }
}

extension RabbitMQConfiguration: CustomDebugStringConvertible, CustomReflectable {
    /// The address without the password.
    public var debugDescription: String { self.description }

    /// Keeps `dump` and string interpolation of a surrounding value from printing the password.
    public var customMirror: Mirror { Mirror(self, children: ["description": self.description]) }
}
