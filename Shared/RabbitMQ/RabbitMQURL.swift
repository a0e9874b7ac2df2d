#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

extension RabbitMQConfiguration {
    /// Reads `amqp[s]://user:password@host:port,host2:port2/vhost?cacertfile=…&certfile=…&keyfile=…&heartbeat=…`.
    ///
    /// User, password and virtual host are percent-decoded; an empty path means the virtual host `/`. The names of the
    /// query items are those of RabbitMQ's own URI query parameters; `heartbeat` is in seconds.
    ///
    /// - Parameter url: The address. It is not repeated in errors, because it holds the password.
    /// - Throws: `RabbitMQError` with code `invalidConfiguration`.
    public init(url: String) throws(RabbitMQError) {
        let isEncrypted = url.hasPrefix("amqps://")
        guard isEncrypted || url.hasPrefix("amqp://") else {
            throw .invalidConfiguration("the URL must start with amqp:// or amqps://")
        }
        let afterScheme = url.dropFirst(isEncrypted ? 8 : 7)
        let (address, query) = Self.split(afterScheme, at: "?")
        let (authority, path) = Self.split(address, at: "/")
        guard let at = authority.lastIndex(of: "@") else {
            throw .invalidConfiguration("the URL must name a user: amqp://user:password@host")
        }
        let (user, password) = Self.split(authority[..<at], at: ":")
        var hosts: [Host] = []
        for node in authority[authority.index(after: at)...].split(separator: ",", omittingEmptySubsequences: false) {
            hosts.append(try Self.host(node, defaultPort: isEncrypted ? 5671 : 5672))
        }
        self.init(
            hosts: hosts,
            virtualHost: path.map { $0.isEmpty ? "/" : Self.decoded($0) } ?? "/",
            username: Self.decoded(user),
            password: Self.decoded(password ?? ""),
            tls: isEncrypted ? TLS() : nil
        )
        for item in (query ?? "").split(separator: "&") {
            try self.apply(queryItem: item)
        }
        try self.validate()
    }

    /// Refuses what can only fail later and less clearly.
    func validate() throws(RabbitMQError) {
        guard !self.hosts.isEmpty else { throw .invalidConfiguration("at least one host is needed") }
        guard !self.username.isEmpty else { throw .invalidConfiguration("the user name is empty") }
        guard self.heartbeat >= .seconds(1), self.heartbeat <= .seconds(3600) else {
            throw .invalidConfiguration("the heartbeat must be between 1 s and 1 h")
        }
        for limit in [self.connectTimeout, self.rpcTimeout, self.publishTimeout, self.reconnectDelay.lowerBound]
        where limit <= .zero {
            throw .invalidConfiguration("every time limit must be positive")
        }
        // librabbitmq before 0.14 checks an address against the certificate's names wrongly.
        if self.tls != nil, let host = self.hosts.first(where: { Self.isAddress($0.name) }) {
            throw .invalidConfiguration("with TLS \(host.name) must be a DNS name, not an address")
        }
    }

    private mutating func apply(queryItem: Substring) throws(RabbitMQError) {
        let (name, rawValue) = Self.split(queryItem, at: "=")
        let value = Self.decoded(rawValue ?? "")
        switch name {
        case "cacertfile": self.tls?.certificateAuthorityFile = value
        case "certfile": self.tls?.certificateFile = value
        case "keyfile": self.tls?.keyFile = value
        case "heartbeat":
            guard let seconds = Int(value) else { throw .invalidConfiguration("heartbeat is not a number") }
            self.heartbeat = .seconds(seconds)
        default:
            throw .invalidConfiguration("the URL has an unknown query item \(name)")
        }
    }

    private static func host(_ text: Substring, defaultPort: Int) throws(RabbitMQError) -> Host {
        // The brackets of an IPv6 address keep its colons apart from the port's.
        let portStart = text.lastIndex(of: ":").flatMap { text[$0...].contains("]") ? nil : $0 }
        let name = text[..<(portStart ?? text.endIndex)].drop { $0 == "[" }.prefix { $0 != "]" }
        guard !name.isEmpty else { throw .invalidConfiguration("the URL has an empty host") }
        guard let portStart else { return Host(String(name), port: defaultPort) }
        guard let port = Int(text[text.index(after: portStart)...]), (1...65535).contains(port) else {
            throw .invalidConfiguration("the URL's port is not a number between 1 and 65535")
        }
        return Host(String(name), port: port)
    }

    private static func isAddress(_ name: String) -> Bool {
        var storage = in6_addr()
        return inet_pton(AF_INET, name, &storage) == 1 || inet_pton(AF_INET6, name, &storage) == 1
    }

    private static func split(_ text: Substring, at separator: Character) -> (Substring, Substring?) {
        guard let index = text.firstIndex(of: separator) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    /// RFC 3986, section 2.1; a percent sign that starts no valid triplet stands for itself.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            if byte == UInt8(ascii: "%"), digits.count == 2 {
                rest = rest.dropFirst(2)
                bytes.append(UInt8(digits[0] * 16 + digits[1]))
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
