internal import CRabbitMQ

/// Everything that is sent without waiting for an answer.
extension ConnectionHandle {
    /// Writes one message.
    ///
    /// It blocks while the broker does not read, until the watchdog shuts the socket.
    mutating func publish(_ message: OutboundMessage) throws(RabbitMQError) {
        defer { self.scratch.recycle() }
        var properties = amqp_basic_properties_t()
        properties._flags = Self.flags(of: message)
        properties.content_type = try self.scratch.bytes(message.contentType)
        properties.headers = try self.scratch.table(message.headers)
        properties.delivery_mode = 2  // persistent
        properties.correlation_id = try self.scratch.bytes(message.correlationID ?? "")
        properties.expiration = try self.scratch.bytes(message.expiration.map(Self.milliseconds) ?? "")
        properties.message_id = try self.scratch.bytes(message.messageID)
        properties.timestamp = message.timestamp.secondsForAMQP
        properties.type = try self.scratch.bytes(message.type)
        properties.app_id = try self.scratch.bytes(message.appID)
        let exchange = try self.scratch.bytes(message.exchange)
        let routingKey = try self.scratch.bytes(message.routingKey)
        let isMandatory: amqp_boolean_t = message.isMandatory ? 1 : 0
        let state = self.state
        let status = message.body.withUnsafeBytes { body in
            // The library only reads the body, although its type can not say so.
            let bytes = amqp_bytes_t(len: body.count, bytes: UnsafeMutableRawPointer(mutating: body.baseAddress))
            return self.guarded(self.writeLimit) {
                amqp_basic_publish(
                    state,
                    Self.channel,
                    exchange,
                    routingKey,
                    isMandatory,
                    0,
                    &properties,
                    bytes
                )
            }
        }
        try check(status)
    }

    /// Tells the broker what became of a batch.
    mutating func settle(_ verdicts: [Verdict], for tags: [UInt64]) throws(RabbitMQError) {
        let state = self.state
        for settlement in Settlement.summary(of: verdicts, for: tags) {
            let status = self.guarded(self.writeLimit) {
                switch settlement {
                case .acknowledge(let tag, let multiple):
                    amqp_basic_ack(state, Self.channel, tag, multiple ? 1 : 0)
                case .reject(let tag, let requeue):
                    amqp_basic_reject(state, Self.channel, tag, requeue ? 1 : 0)
                }
            }
            try check(status)
        }
    }

    private static func milliseconds(_ duration: Duration) -> String {
        String(Int64(duration / .milliseconds(1)))
    }

    private static func flags(of message: OutboundMessage) -> amqp_flags_t {
        var flags =
            AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG
            | AMQP_BASIC_TIMESTAMP_FLAG | AMQP_BASIC_TYPE_FLAG | AMQP_BASIC_APP_ID_FLAG
        if !message.headers.isEmpty { flags |= AMQP_BASIC_HEADERS_FLAG }
        if message.correlationID != nil { flags |= AMQP_BASIC_CORRELATION_ID_FLAG }
        if message.expiration != nil { flags |= AMQP_BASIC_EXPIRATION_FLAG }
        return amqp_flags_t(flags)
    }
}
