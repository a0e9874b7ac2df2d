internal import CRabbitMQ
internal import FoundationEssentials

/// A message whose frames are arriving: first the method, then the header, then the body in pieces.
struct MessageAssembly {
    private enum Origin {
        case delivery(tag: UInt64, isRedelivered: Bool)
        case returned(code: Int, reason: String)
    }

    private let origin: Origin
    private let exchange: String
    private let routingKey: String
    private var properties: Properties?
    private var size: UInt64 = 0
    private var body: [UInt8] = []

    init(delivery: amqp_basic_deliver_t) {
        self.origin = .delivery(tag: delivery.delivery_tag, isRedelivered: delivery.redelivered != 0)
        self.exchange = String(delivery.exchange)
        self.routingKey = String(delivery.routing_key)
    }

    init(got: amqp_basic_get_ok_t) {
        self.origin = .delivery(tag: got.delivery_tag, isRedelivered: got.redelivered != 0)
        self.exchange = String(got.exchange)
        self.routingKey = String(got.routing_key)
    }

    init(returned: amqp_basic_return_t) {
        self.origin = .returned(code: Int(returned.reply_code), reason: String(returned.reply_text))
        self.exchange = String(returned.exchange)
        self.routingKey = String(returned.routing_key)
    }

    mutating func begin(_ properties: amqp_basic_properties_t, size: UInt64) {
        self.properties = Properties(properties)
        self.size = size
    }

    mutating func append(_ fragment: amqp_bytes_t) {
        if fragment.len == self.size {
            self.body = [UInt8](fragment)
        } else {
            // The size is the broker's claim; memory is only taken for what really arrives.
            self.body.append(contentsOf: UnsafeRawBufferPointer(start: fragment.bytes, count: fragment.len))
        }
    }

    /// The message, once its last piece is here.
    func completed() -> IncomingEvent? {
        guard let properties, UInt64(self.body.count) >= self.size else { return nil }
        switch self.origin {
        case .delivery(let tag, let isRedelivered):
            var delivery = Delivery(
                body: self.body,
                exchange: self.exchange,
                routingKey: self.routingKey,
                messageID: properties.messageID,
                type: properties.type,
                appID: properties.appID,
                correlationID: properties.correlationID,
                timestamp: properties.timestamp,
                contentType: properties.contentType,
                headers: properties.headers,
                isRedelivered: isRedelivered
            )
            delivery.deliveryTag = tag
            return .delivery(delivery)
        case .returned(let code, let reason):
            return .returned(
                ReturnedMessage(
                    code: code,
                    reason: reason,
                    exchange: self.exchange,
                    routingKey: self.routingKey,
                    messageID: properties.messageID ?? ""
                )
            )
        }
    }
}

/// The properties of a message, copied.
private struct Properties {
    let messageID: String?
    let type: String?
    let appID: String?
    let correlationID: String?
    let timestamp: Date?
    let contentType: String?
    let headers: [String: HeaderValue]

    init(_ raw: amqp_basic_properties_t) {
        func text(_ flag: Int32, _ bytes: amqp_bytes_t) -> String? {
            raw._flags & amqp_flags_t(flag) == 0 ? nil : String(bytes)
        }
        self.messageID = text(AMQP_BASIC_MESSAGE_ID_FLAG, raw.message_id)
        self.type = text(AMQP_BASIC_TYPE_FLAG, raw.type)
        self.appID = text(AMQP_BASIC_APP_ID_FLAG, raw.app_id)
        self.correlationID = text(AMQP_BASIC_CORRELATION_ID_FLAG, raw.correlation_id)
        self.contentType = text(AMQP_BASIC_CONTENT_TYPE_FLAG, raw.content_type)
        let hasTimestamp = raw._flags & amqp_flags_t(AMQP_BASIC_TIMESTAMP_FLAG) != 0
        self.timestamp = hasTimestamp ? Date(secondsForAMQP: raw.timestamp) : nil
        let hasHeaders = raw._flags & amqp_flags_t(AMQP_BASIC_HEADERS_FLAG) != 0
        self.headers = hasHeaders ? [String: HeaderValue](raw.headers) : [:]
    }
}
