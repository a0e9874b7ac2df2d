/// Why something about the broker failed, and what a caller may do about it.
public struct RabbitMQError: Error, Equatable, Sendable {
    /// The kinds of failure.
    public enum Code: String, Sendable {
        /// A URL or a limit makes no sense.
        case invalidConfiguration
        /// A message can not be put on the wire; it would fail the same way again.
        case invalidMessage
        /// No host could be connected to.
        case unreachable
        /// The certificate of the broker was refused, or the handshake failed.
        case tlsFailed
        /// Wrong user name or password.
        case authenticationFailed
        /// The user may not do this (AMQP 403), or may not use this virtual host (AMQP 530).
        case accessRefused
        /// An exchange or a queue does not exist (AMQP 404).
        case notFound
        /// Somebody else holds a queue exclusively (AMQP 405).
        case resourceLocked
        /// A queue or an exchange exists with other properties, or a message is too large (AMQP 406).
        case preconditionFailed
        /// The connection ended: by the peer, by the network or by a missed heartbeat.
        case connectionLost
        /// The queue was deleted, or its leader went away: the broker cancelled the consumer.
        case consumerCancelled
        /// The broker did not answer in time. What was asked for may have happened.
        case timeout
        /// The broker has a resource alarm and takes no messages.
        case blocked
        /// The client was shut down.
        case closed
        /// The library or the broker said something unforeseen.
        case unexpected
    }

    /// The kind of failure.
    public let code: Code
    /// The broker's or the library's own text.
    public let message: String
    /// AMQP's reply code, when the broker gave one (AMQP 0-9-1, section 1.2).
    public let replyCode: Int?
    /// librabbitmq's status, when the library gave one (`amqp_status_enum` in `amqp.h`).
    public let libraryStatus: Int?

    init(_ code: Code, _ message: String, replyCode: Int? = nil, libraryStatus: Int? = nil) {
        self.code = code
        self.message = message
        self.replyCode = replyCode
        self.libraryStatus = libraryStatus
    }

    static func invalidConfiguration(_ message: String) -> RabbitMQError {
        RabbitMQError(.invalidConfiguration, message)
    }

    static func invalidMessage(_ message: String) -> RabbitMQError {
        RabbitMQError(.invalidMessage, message)
    }

    /// Whether the same call may succeed later without anybody changing the program or its configuration.
    public var isRetriable: Bool {
        switch self.code {
        case .unreachable, .connectionLost, .consumerCancelled, .timeout, .blocked, .notFound, .resourceLocked: true
        case .invalidConfiguration, .invalidMessage, .tlsFailed, .authenticationFailed, .accessRefused,
            .preconditionFailed, .closed, .unexpected:
            false
        }
    }

    /// Whether somebody has to change the configuration, here or at the broker.
    public var isFatal: Bool {
        switch self.code {
        case .invalidConfiguration, .tlsFailed, .authenticationFailed, .accessRefused, .preconditionFailed: true
        default: false
        }
    }
}

extension RabbitMQError: CustomStringConvertible {
    /// The kind of failure and the text; never holds a password or the content of a message.
    public var description: String {
        var text = "RabbitMQ \(self.code.rawValue): \(self.message)"
        if let replyCode { text += " (AMQP \(replyCode))" }
        if let libraryStatus { text += " (librabbitmq \(libraryStatus))" }
        return text
    }
}
