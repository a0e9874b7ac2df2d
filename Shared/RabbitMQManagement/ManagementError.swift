/// Why the management API could not do something.
public struct ManagementError: Error, Sendable, Equatable {
    /// The kinds of failure.
    public enum Code: String, Sendable {
        /// The address makes no sense.
        case invalidConfiguration
        /// Nobody answered in time.
        case unreachable
        /// Wrong user name or password, or a user without the tag `management`.
        case unauthorized
        /// There is no such thing.
        case notFound
        /// The broker understood and refused.
        case refused
        /// The broker is in trouble.
        case unavailable
        /// The answer could not be read.
        case unexpected
    }

    /// The kind of failure.
    public let code: Code
    /// What the broker or the client said; never holds a password.
    public let message: String

    /// Whether the same call may succeed later.
    public var isRetriable: Bool { self.code == .unreachable || self.code == .unavailable }
}

extension ManagementError: CustomStringConvertible {
    /// The kind of failure and the text.
    public var description: String { "RabbitMQ management \(self.code.rawValue): \(self.message)" }
}
