public import FoundationEssentials

/// A message to publish.
///
/// It is always persistent.
public struct OutboundMessage: Sendable, Equatable {
    /// The exchange; it must exist, or the broker closes the channel.
    public var exchange: String
    /// The routing key.
    public var routingKey: String
    /// The content.
    public var body: [UInt8]
    /// The identity by which consumers recognise a repetition.
    public var messageID: String
    /// The type of the event.
    public var type: String
    /// The service that publishes.
    public var appID: String
    /// What the message belongs to.
    public var correlationID: String?
    /// When the event occurred; AMQP keeps whole seconds.
    public var timestamp: Date
    /// The media type of the body.
    public var contentType: String
    /// Everything else.
    public var headers: [String: HeaderValue]
    /// Whether a message that no queue takes comes back as `PublishOutcome.returned`.
    public var isMandatory: Bool
    /// After this time in a queue the message is dropped or dead-lettered; `nil` keeps it.
    public var expiration: Duration?

    /// Composes a message.
    public init(
        exchange: String,
        routingKey: String,
        body: [UInt8],
        messageID: String,
        type: String,
        appID: String,
        correlationID: String? = nil,
        timestamp: Date,
        contentType: String = "application/json",
        headers: [String: HeaderValue] = [:],
        isMandatory: Bool = true,
        expiration: Duration? = nil
    ) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.body = body
        self.messageID = messageID
        self.type = type
        self.appID = appID
        self.correlationID = correlationID
        self.timestamp = timestamp
        self.contentType = contentType
        self.headers = headers
        self.isMandatory = isMandatory
        self.expiration = expiration
    }

    /// The bytes that all headers of one message may take: they must fit into one frame together with the properties.
    public static let maximumHeaderSize = 64 * 1024

    /// Refuses what the library would notice only after half of the message was written, which kills the connection.
    func validate() throws(RabbitMQError) {
        let shortStrings: [(String, String)] = [
            ("exchange", self.exchange), ("routing key", self.routingKey), ("message id", self.messageID),
            ("type", self.type), ("app id", self.appID), ("correlation id", self.correlationID ?? ""),
            ("content type", self.contentType),
        ]
        for (name, value) in shortStrings where value.utf8.count > 255 {
            throw .invalidMessage("the \(name) is longer than 255 bytes")
        }
        guard !self.headers.isEmpty else { return }
        guard HeaderValue.table(self.headers).depth <= HeaderValue.maximumDepth else {
            throw .invalidMessage("the headers are nested deeper than \(HeaderValue.maximumDepth)")
        }
        guard HeaderValue.encodedSize(of: self.headers) <= Self.maximumHeaderSize else {
            throw .invalidMessage("the headers are larger than \(Self.maximumHeaderSize) bytes")
        }
        guard self.headers.values.allSatisfy(\.hasShortNames), self.headers.keys.allSatisfy({ $0.utf8.count <= 255 })
        else { throw .invalidMessage("a header's name is longer than 255 bytes") }
    }
}

extension HeaderValue {
    fileprivate var hasShortNames: Bool {
        switch self {
        case .table(let table): table.allSatisfy { $0.key.utf8.count <= 255 && $0.value.hasShortNames }
        case .array(let array): array.allSatisfy(\.hasShortNames)
        default: true
        }
    }
}

/// What the broker said about one message.
public enum PublishOutcome: Sendable, Equatable {
    /// Every queue it was routed to has it: on disk, or accepted by a quorum.
    case confirmed
    /// No queue wanted it (AMQP 312), and nobody has it.
    case returned(code: Int, reason: String)
    /// A queue refused it, for instance because it is full; some other queue may have it.
    case nacked
}
