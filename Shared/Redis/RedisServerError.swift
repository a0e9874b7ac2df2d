/// An error that the server answered: the connection is fine, the command was refused.
public struct RedisServerError: Error, Equatable {
    /// The first word of the answer, the error prefix in Redis's protocol description.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The word as the server sent it, like `WRONGTYPE`.
        public let rawValue: String

        /// Names a code.
        ///
        /// - Parameter rawValue: The word as the server sends it.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Another script is running for too long.
        public static let busy = Code(rawValue: "BUSY")
        /// The general error: unknown command, wrong number of arguments, failing script.
        public static let general = Code(rawValue: "ERR")
        /// The server reads its data set from disk.
        public static let loading = Code(rawValue: "LOADING")
        /// A replica has lost its master and does not serve stale data.
        public static let masterDown = Code(rawValue: "MASTERDOWN")
        /// The server can not persist and refuses writes.
        public static let misconfigured = Code(rawValue: "MISCONF")
        /// A password is needed.
        public static let noAuthentication = Code(rawValue: "NOAUTH")
        /// The ACL forbids this user the command or the key.
        public static let noPermission = Code(rawValue: "NOPERM")
        /// Too few replicas are connected for a write.
        public static let noReplicas = Code(rawValue: "NOREPLICAS")
        /// The server does not know the script with this digest.
        public static let noScript = Code(rawValue: "NOSCRIPT")
        /// `maxmemory` is reached and nothing may be evicted.
        public static let outOfMemory = Code(rawValue: "OOM")
        /// The server is a replica.
        public static let readOnly = Code(rawValue: "READONLY")
        /// The password or the user is wrong.
        public static let wrongPassword = Code(rawValue: "WRONGPASS")
        /// The key holds another type of value.
        public static let wrongType = Code(rawValue: "WRONGTYPE")
    }

    /// What kind of refusal it is.
    public let code: Code
    /// The server's whole text, which may quote keys and arguments and so is not for logs.
    public let message: String

    init(message: String) {
        self.code = Code(rawValue: String(message.prefix { $0 != " " }))
        self.message = message
    }

    /// Whether the state of the server, not the command, is the reason, so that the command may succeed later.
    public var isRetriable: Bool {
        let ofTheServer: Set<Code> = [
            .busy, .loading, .masterDown, .misconfigured, .noReplicas, .outOfMemory, .readOnly,
        ]
        return ofTheServer.contains(self.code)
    }
}

extension RedisServerError: CustomStringConvertible {
    /// The code alone.
    public var description: String { self.code.rawValue }
}
