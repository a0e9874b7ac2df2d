internal import FoundationEssentials

/// Where Redis is, who we are there, and how long anybody may wait.
public struct RedisConfiguration: Sendable {
    /// The host name or address; a name is resolved at every connect, on the connection's own thread.
    public var host: String
    /// The TCP port.
    public var port: Int
    /// The ACL user; `nil` means Redis's user `default`.
    public var username: String?
    /// The password; `nil` sends no `AUTH`.
    public var password: String?
    /// The number of the logical database, chosen with `SELECT` on every connect.
    public var database: Int
    /// How long a new connection may take until the server has answered its first `PING`.
    public var connectTimeout: Duration = .milliseconds(250)
    /// How long a caller waits for the answer, everything included: queueing, connecting, the round trip.
    public var commandTimeout: Duration = .milliseconds(100)
    /// How many connections, each with one thread, the callers are spread over; at least one.
    public var connections = 2
    /// How many requests may wait for one connection before further ones are refused.
    public var queueLimit = 10_000

    /// Describes a server by its parts; the budgets have defaults and can be set afterwards.
    ///
    /// - Parameters:
    ///   - host: The host name or address.
    ///   - port: The TCP port.
    ///   - username: The ACL user, if it is not `default`.
    ///   - password: The password, if the server wants one.
    ///   - database: The number of the logical database.
    public init(
        host: String,
        port: Int = 6379,
        username: String? = nil,
        password: String? = nil,
        database: Int = 0
    ) {
        self.host = host
        self.port = port
        self.username = username
        self.password = password
        self.database = database
    }

    /// Reads `redis://[[user]:password@]host[:port][/database]`.
    ///
    /// - Parameter url: The URL; user and password may be percent-encoded.
    /// - Throws: ``RedisError`` with code `invalidConfiguration`. `rediss://` is refused: hiredis 0.14 knows no TLS.
    public init(url: String) throws(RedisError) {
        guard let parts = URLComponents(string: url), parts.scheme == "redis", let host = parts.host, !host.isEmpty
        else {
            throw RedisError(.invalidConfiguration, "a Redis URL looks like redis://:password@host:port/database")
        }
        let path = parts.path.drop { $0 == "/" }
        guard let database = path.isEmpty ? 0 : Int(path), database >= 0 else {
            throw RedisError(.invalidConfiguration, "the path of a Redis URL is the number of a database")
        }
        self.init(
            host: host.trimmingBrackets,
            port: parts.port ?? 6379,
            username: parts.user.flatMap { $0.isEmpty ? nil : $0 },
            password: parts.password,
            database: database
        )
    }
}

extension RedisConfiguration: CustomStringConvertible {
    /// The server and the database; never the password.
    public var description: String {
        "redis://\(self.host):\(self.port)/\(self.database)"
    }
}

extension RedisConfiguration: CustomDebugStringConvertible, CustomReflectable {
    /// The same as ``description``.
    public var debugDescription: String { self.description }

    /// Without children, so that `dump` does not show the password either.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension String {
    /// `[::1]` in a URL is the address `::1`.
    fileprivate var trimmingBrackets: String {
        self.first == "[" && self.last == "]" ? String(self.dropFirst().dropLast()) : self
    }
}
