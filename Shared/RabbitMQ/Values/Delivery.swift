public import FoundationEssentials

/// A message that arrived.
public struct Delivery: Sendable, Equatable {
    /// The content.
    public let body: [UInt8]
    /// The exchange it was published to.
    public let exchange: String
    /// The routing key it was published with.
    public let routingKey: String
    /// The identity by which a repetition is recognised.
    public let messageID: String?
    /// The type of the event.
    public let type: String?
    /// The service that published it.
    public let appID: String?
    /// What the message belongs to.
    public let correlationID: String?
    /// When the event occurred, in whole seconds.
    public let timestamp: Date?
    /// The media type of the body.
    public let contentType: String?
    /// Everything else.
    public let headers: [String: HeaderValue]
    /// `false` guarantees that it was never delivered before; `true` is only a hint.
    public let isRedelivered: Bool
    /// The broker's number for it, valid on one channel of one connection only.
    var deliveryTag: UInt64 = 0

    /// Composes a delivery by hand, for whoever wants to try a handler without a broker.
    public init(
        body: [UInt8],
        exchange: String = "",
        routingKey: String,
        messageID: String?,
        type: String?,
        appID: String? = nil,
        correlationID: String? = nil,
        timestamp: Date? = nil,
        contentType: String? = nil,
        headers: [String: HeaderValue] = [:],
        isRedelivered: Bool = false
    ) {
        self.body = body
        self.exchange = exchange
        self.routingKey = routingKey
        self.messageID = messageID
        self.type = type
        self.appID = appID
        self.correlationID = correlationID
        self.timestamp = timestamp
        self.contentType = contentType
        self.headers = headers
        self.isRedelivered = isRedelivered
    }

    /// How often a quorum queue delivered it before, in vain; `nil` for other queues and for the first time.
    public var deliveryCount: Int? {
        self.headers["x-delivery-count"]?.integer.map(Int.init)
    }
}

/// What became of a delivery.
public enum Verdict: Sendable, Equatable {
    /// Its effect is committed, or it needs none: acknowledge it.
    case done
    /// Deliver it again, which counts as an attempt towards the queue's delivery limit.
    ///
    /// Deliveries that are already on their way are handled first. Whoever needs order pauses the consumer and tries
    /// again himself.
    case requeue
    /// It can never succeed: to the dead-letter exchange with it, at once.
    case deadLetter
}
