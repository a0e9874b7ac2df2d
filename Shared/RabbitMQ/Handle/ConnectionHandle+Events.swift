internal import CRabbitMQ

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// What the broker says by itself.
enum IncomingEvent {
    case confirmed(tag: UInt64, multiple: Bool)
    case nacked(tag: UInt64, multiple: Bool)
    case returned(ReturnedMessage)
    case delivery(Delivery)
    case consumerCancelled
    case blocked(reason: String)
    case unblocked
}

/// A mandatory message that found no queue.
///
/// It carries no number; its properties must tell which one it was.
struct ReturnedMessage {
    let code: Int
    let reason: String
    let exchange: String
    let routingKey: String
    let messageID: String
}

extension ConnectionHandle {
    /// The next thing that the broker said; `nil` when it said nothing more for now.
    ///
    /// Never waits. It also keeps the heartbeats going in both directions, so it must be called several times per
    /// heartbeat even when nothing else happens.
    mutating func nextEvent() throws(RabbitMQError) -> IncomingEvent? {
        let state = self.state
        while true {
            var frame = amqp_frame_t()
            var now = timeval()
            let status = self.guarded(self.writeLimit) { amqp_simple_wait_frame_noblock(state, &frame, &now) }
            if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
            try check(status)
            // Everything below is copied, so the frame's memory can go back after each frame.
            defer { amqp_maybe_release_buffers(state) }
            if let event = try self.interpret(frame) { return event }
        }
    }

    private mutating func interpret(_ frame: amqp_frame_t) throws(RabbitMQError) -> IncomingEvent? {
        switch Int32(frame.frame_type) {
        case AMQP_FRAME_METHOD:
            return try self.interpret(frame.payload.method)
        case AMQP_FRAME_HEADER:
            let header = frame.payload.properties
            guard let properties = header.decoded?.assumingMemoryBound(to: amqp_basic_properties_t.self) else {
                throw RabbitMQError(.unexpected, "a message header without properties")
            }
            self.assembly?.begin(properties.pointee, size: header.body_size)
        case AMQP_FRAME_BODY:
            self.assembly?.append(frame.payload.body_fragment)
        default:
            return nil
        }
        guard let event = self.assembly?.completed() else { return nil }
        self.assembly = nil
        return event
    }

    private mutating func interpret(_ method: amqp_method_t) throws(RabbitMQError) -> IncomingEvent? {
        guard let decoded = method.decoded else { return nil }
        switch method.id {
        case AMQP_BASIC_ACK_METHOD:
            let ack = decoded.assumingMemoryBound(to: amqp_basic_ack_t.self).pointee
            return .confirmed(tag: ack.delivery_tag, multiple: ack.multiple != 0)
        case AMQP_BASIC_NACK_METHOD:
            let nack = decoded.assumingMemoryBound(to: amqp_basic_nack_t.self).pointee
            return .nacked(tag: nack.delivery_tag, multiple: nack.multiple != 0)
        case AMQP_BASIC_DELIVER_METHOD:
            self.assembly = MessageAssembly(
                delivery: decoded.assumingMemoryBound(to: amqp_basic_deliver_t.self).pointee
            )
        case AMQP_BASIC_RETURN_METHOD:
            self.assembly = MessageAssembly(
                returned: decoded.assumingMemoryBound(to: amqp_basic_return_t.self).pointee
            )
        case AMQP_BASIC_CANCEL_METHOD:
            return .consumerCancelled
        case AMQP_CONNECTION_BLOCKED_METHOD:
            let blocked = decoded.assumingMemoryBound(to: amqp_connection_blocked_t.self).pointee
            return .blocked(reason: String(blocked.reason))
        case AMQP_CONNECTION_UNBLOCKED_METHOD:
            return .unblocked
        case AMQP_CHANNEL_CLOSE_METHOD, AMQP_CONNECTION_CLOSE_METHOD:
            throw .method(method)
        default:
            break
        }
        return nil
    }
}
