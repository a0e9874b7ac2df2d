/// Why a request to Redis has no result.
///
/// ``description`` can be logged anywhere: it holds no key, no argument and no value. ``debugDescription`` adds the
/// server's own text, which may quote them.
public struct RedisError: Error, Equatable {
    /// The kinds of failure, open to more of them.
    public struct Code: Hashable, Sendable {
        private let name: String

        /// The URL or another setting can not be used.
        public static let invalidConfiguration = Code(name: "invalid configuration")
        /// The budget was spent before the answer came; the command may have been executed, or may still be.
        public static let timedOut = Code(name: "timed out")
        /// The connection could not be opened, or broke; a command that was sent may have been executed.
        public static let connectionLost = Code(name: "connection lost")
        /// The server does not answer and a reconnect is due or under way; nothing was sent.
        public static let unavailable = Code(name: "unavailable")
        /// Too many requests wait already; nothing was sent.
        public static let overloaded = Code(name: "overloaded")
        /// What came over the connection was not the Redis protocol.
        public static let protocolViolation = Code(name: "protocol violation")
        /// The server answered with an error: see ``RedisError/server``.
        public static let server = Code(name: "server error")
        /// The client was closed; nothing was sent.
        public static let closed = Code(name: "closed")
    }

    /// What kind of failure it was.
    public let code: Code
    /// The server's answer, when one is the reason.
    public let server: RedisServerError?
    private let text: String

    init(_ code: Code, _ text: String, server: RedisServerError? = nil) {
        self.code = code
        self.text = text
        self.server = server
    }

    init(_ server: RedisServerError) {
        self.init(.server, "", server: server)
    }

    /// Whether the same request may succeed later without anybody changing anything.
    public var isRetriable: Bool {
        if let server { return server.isRetriable }
        return [.timedOut, .connectionLost, .unavailable, .overloaded].contains(self.code)
    }
}

extension RedisError {
    /// What a caller hears who was not let through because of an earlier failure.
    func causingUnavailability() -> RedisError {
        RedisError(.unavailable, self.code == .unavailable ? self.text : self.description, server: self.server)
    }
}

extension RedisError: CustomStringConvertible, CustomDebugStringConvertible {
    /// The code and the C library's text; of the server's answer only the code.
    public var description: String {
        ["redis: \(self.code)", self.text, self.server?.description ?? ""].filter { !$0.isEmpty }.joined(
            separator: ": "
        )
    }

    /// ``description`` and the server's own text, which may quote keys and arguments.
    public var debugDescription: String {
        [self.description, self.server?.message ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

extension RedisError.Code: CustomStringConvertible {
    /// The name of the code.
    public var description: String { self.name }
}
