internal import CRabbitMQ

/// Everything that waits for the broker's answer.
extension ConnectionHandle {
    mutating func openChannel(_ number: amqp_channel_t) throws(RabbitMQError) {
        _ = try self.request { amqp_channel_open($0, number) }
    }

    /// Asks for a confirm of every message on the channel.
    mutating func selectConfirms() throws(RabbitMQError) {
        _ = try self.request { amqp_confirm_select($0, Self.channel) }
    }

    /// Limits what the *next* consumer of the channel may hold unacknowledged.
    mutating func limitPrefetch(to count: Int) throws(RabbitMQError) {
        let limit = UInt16(clamping: count)
        _ = try self.request { amqp_basic_qos($0, Self.channel, 0, limit, 0) }
    }

    mutating func consume(queue: String, tag: String) throws(RabbitMQError) {
        let queue = try self.scratch.bytes(queue)
        let tag = try self.scratch.bytes(tag)
        _ = try self.request { amqp_basic_consume($0, Self.channel, queue, tag, 0, 0, 0, amqp_empty_table) }
    }

    mutating func cancelConsumer(tag: String) throws(RabbitMQError) {
        let tag = try self.scratch.bytes(tag)
        _ = try self.request { amqp_basic_cancel($0, Self.channel, tag) }
    }

    mutating func declare(_ topology: Topology) throws(RabbitMQError) {
        for exchange in topology.exchanges { try self.declare(exchange) }
        for queue in topology.queues { try self.declare(queue) }
        for binding in topology.bindings { try self.bind(binding) }
    }

    private mutating func declare(_ exchange: Topology.Exchange) throws(RabbitMQError) {
        let name = try self.scratch.bytes(exchange.name)
        let kind = try self.scratch.bytes(exchange.kind.rawValue)
        let isDurable: amqp_boolean_t = exchange.isDurable ? 1 : 0
        _ = try self.request {
            amqp_exchange_declare($0, Self.channel, name, kind, 0, isDurable, 0, 0, amqp_empty_table)
        }
    }

    private mutating func declare(_ queue: Topology.Queue) throws(RabbitMQError) {
        let name = try self.scratch.bytes(queue.name)
        let arguments = try self.scratch.table(queue.declaredArguments)
        let isDurable: amqp_boolean_t = queue.isDurable ? 1 : 0
        let isExclusive: amqp_boolean_t = queue.isExclusive ? 1 : 0
        let isAutoDeleted: amqp_boolean_t = queue.isAutoDeleted ? 1 : 0
        _ = try self.request {
            amqp_queue_declare($0, Self.channel, name, 0, isDurable, isExclusive, isAutoDeleted, arguments)
        }
    }

    mutating func bind(_ binding: Topology.Binding) throws(RabbitMQError) {
        let (queue, exchange, key) = try self.bytes(of: binding)
        _ = try self.request { amqp_queue_bind($0, Self.channel, queue, exchange, key, amqp_empty_table) }
    }

    mutating func unbind(_ binding: Topology.Binding) throws(RabbitMQError) {
        let (queue, exchange, key) = try self.bytes(of: binding)
        _ = try self.request { amqp_queue_unbind($0, Self.channel, queue, exchange, key, amqp_empty_table) }
    }

    /// What a queue holds; `nil` if it does not exist.
    ///
    /// Asks on a channel of its own, because the broker answers "no" by closing the channel.
    mutating func inspect(queue: String) throws(RabbitMQError) -> QueueCounts? {
        let inspection: amqp_channel_t = 2
        try self.openChannel(inspection)
        let name = try self.scratch.bytes(queue)
        do throws(RabbitMQError) {
            let answer = try self.request {
                amqp_queue_declare($0, inspection, name, 1, 0, 0, 0, amqp_empty_table)
            }
            let state = self.state
            try check(self.guarded(self.requestLimit) { amqp_channel_close(state, inspection, AMQP_REPLY_SUCCESS) })
            return QueueCounts(messages: Int(answer.message_count), consumers: Int(answer.consumer_count))
        } catch {
            guard error.code == .notFound else { throw error }
            var closeOK = amqp_channel_close_ok_t()
            let state = self.state
            try check(
                self.guarded(self.requestLimit) {
                    amqp_send_method(state, inspection, AMQP_CHANNEL_CLOSE_OK_METHOD, &closeOK)
                }
            )
            return nil
        }
    }

    /// Removes everything that is ready in a queue and says how much that was.
    mutating func purge(queue: String) throws(RabbitMQError) -> Int {
        let name = try self.scratch.bytes(queue)
        return Int(try self.request { amqp_queue_purge($0, Self.channel, name) }.message_count)
    }

    mutating func delete(queue: String) throws(RabbitMQError) {
        let name = try self.scratch.bytes(queue)
        _ = try self.request { amqp_queue_delete($0, Self.channel, name, 0, 0) }
    }

    mutating func delete(exchange: String) throws(RabbitMQError) {
        let name = try self.scratch.bytes(exchange)
        _ = try self.request { amqp_exchange_delete($0, Self.channel, name, 0) }
    }

    /// Takes one message from the head of a queue; `nil` if there is none.
    mutating func get(from queue: String) throws(RabbitMQError) -> Delivery? {
        let name = try self.scratch.bytes(queue)
        let state = self.state
        let reply = self.guarded(self.requestLimit) { amqp_basic_get(state, Self.channel, name, 0) }
        self.scratch.recycle()
        try check(reply)
        guard reply.reply.id == AMQP_BASIC_GET_OK_METHOD, let decoded = reply.reply.decoded else {
            amqp_maybe_release_buffers(state)
            return nil
        }
        self.assembly = MessageAssembly(got: decoded.assumingMemoryBound(to: amqp_basic_get_ok_t.self).pointee)
        let deadline = ContinuousClock.now + self.requestLimit
        while ContinuousClock.now < deadline {
            if case .delivery(let delivery) = try self.nextEvent() { return delivery }
            self.waitForInput(until: deadline)
        }
        throw RabbitMQError(.timeout, "the broker sent only a part of a message")
    }

    private mutating func bytes(
        of binding: Topology.Binding
    ) throws(RabbitMQError) -> (amqp_bytes_t, amqp_bytes_t, amqp_bytes_t) {
        (
            try self.scratch.bytes(binding.queue),
            try self.scratch.bytes(binding.exchange),
            try self.scratch.bytes(binding.routingKey)
        )
    }

    /// Sends a request and waits for its answer, at most for the configured time.
    ///
    /// The answer is a copy of C's struct; texts inside it are no longer valid.
    private mutating func request<Answer>(
        _ call: (amqp_connection_state_t) -> UnsafeMutablePointer<Answer>?
    ) throws(RabbitMQError) -> Answer {
        let state = self.state
        defer {
            self.scratch.recycle()
            amqp_maybe_release_buffers(state)
        }
        guard let answer = self.guarded(self.requestLimit, { call(state) }) else {
            throw .reply(amqp_get_rpc_reply(state))
        }
        return answer.pointee
    }
}
