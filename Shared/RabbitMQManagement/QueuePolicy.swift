/// The limits of a queue, and where its dead letters go.
///
/// They belong into a policy, because a policy can be changed while the queue exists. The names on the wire are those of
/// RabbitMQ's policy definitions.
public struct QueuePolicy: Sendable, Equatable, Codable {
    /// How safely a dead letter travels.
    public enum DeadLetterStrategy: String, Sendable, Codable {
        /// It may be lost on the way.
        case atMostOnce = "at-most-once"
        /// The queue keeps it until the target has confirmed it.
        case atLeastOnce = "at-least-once"
    }

    /// What a full queue does.
    public enum Overflow: String, Sendable, Codable {
        /// Drops its oldest message.
        case dropHead = "drop-head"
        /// Refuses new ones with a nack.
        case rejectPublish = "reject-publish"
    }

    /// How often a message may be given back before it is a dead letter; RabbitMQ 3.10 has no limit of its own.
    public var deliveryLimit: Int?
    /// The exchange that takes the dead letters.
    public var deadLetterExchange: String?
    /// How safely a dead letter travels.
    public var deadLetterStrategy: DeadLetterStrategy?
    /// What a full queue does.
    public var overflow: Overflow?
    /// How many messages make a queue full.
    public var maxLength: Int?
    /// How many bytes of messages make a queue full.
    public var maxLengthBytes: Int?

    /// States the limits; what is `nil` is left to the broker.
    public init(
        deliveryLimit: Int? = nil,
        deadLetterExchange: String? = nil,
        deadLetterStrategy: DeadLetterStrategy? = nil,
        overflow: Overflow? = nil,
        maxLength: Int? = nil,
        maxLengthBytes: Int? = nil
    ) {
        self.deliveryLimit = deliveryLimit
        self.deadLetterExchange = deadLetterExchange
        self.deadLetterStrategy = deadLetterStrategy
        self.overflow = overflow
        self.maxLength = maxLength
        self.maxLengthBytes = maxLengthBytes
    }

    /// What holds for the queues of events, one for each service; those of dead letters and of replay have a policy of their
    /// own.
    ///
    /// Whoever stays away must not fill the disk, which stops everybody: a full queue refuses, and what it refused is sent
    /// again, or asked for, later.
    public static let standard = QueuePolicy(
        deliveryLimit: 20,
        deadLetterExchange: "repitbot.dead",
        deadLetterStrategy: .atLeastOnce,
        overflow: .rejectPublish,
        maxLengthBytes: 1 << 30
    )

    /// Whether a dead letter can get lost although the policy asks for safety.
    ///
    /// With `drop-head`, or without an exchange, the broker silently falls back to `at-most-once`.
    public var losesDeadLetters: Bool {
        self.deadLetterStrategy == .atLeastOnce && (self.overflow != .rejectPublish || self.deadLetterExchange == nil)
    }

    enum CodingKeys: String, CodingKey {
        case deliveryLimit = "delivery-limit"
        case deadLetterExchange = "dead-letter-exchange"
        case deadLetterStrategy = "dead-letter-strategy"
        case overflow
        case maxLength = "max-length"
        case maxLengthBytes = "max-length-bytes"
    }
}
