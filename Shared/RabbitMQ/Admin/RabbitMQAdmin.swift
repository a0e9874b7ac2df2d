public import Logging

/// Single requests to the broker, each on a connection of its own: for tools, set-up and tests, not for traffic.
public struct RabbitMQAdmin: Sendable {
    private let configuration: RabbitMQConfiguration
    private let logger: Logger

    /// Names the broker; connects only when something is asked for.
    public init(configuration: RabbitMQConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Declares exchanges, queues and bindings; does nothing to those that exist.
    ///
    /// - Throws: `RabbitMQError`; `preconditionFailed` if one exists with other properties.
    public func declare(_ topology: Topology) async throws {
        try await self.withConnection { connection throws(RabbitMQError) in try connection.declare(topology) }
    }

    /// Adds a route.
    public func bind(_ binding: Topology.Binding) async throws {
        try await self.withConnection { connection throws(RabbitMQError) in try connection.bind(binding) }
    }

    /// Removes a route.
    public func unbind(_ binding: Topology.Binding) async throws {
        try await self.withConnection { connection throws(RabbitMQError) in try connection.unbind(binding) }
    }

    /// How much is in a queue; `nil` if it does not exist.
    public func counts(of queue: String) async throws -> QueueCounts? {
        try await self.withConnection { connection throws(RabbitMQError) in try connection.inspect(queue: queue) }
    }

    /// Removes everything that is ready in a queue.
    ///
    /// - Returns: How many messages that was.
    @discardableResult
    public func purge(queue: String) async throws -> Int {
        try await self.withConnection { connection throws(RabbitMQError) in try connection.purge(queue: queue) }
    }

    /// Deletes a queue with everything in it.
    ///
    /// One that does not exist is no error.
    public func delete(queue: String) async throws {
        try await self.withConnection { connection throws(RabbitMQError) in try connection.delete(queue: queue) }
    }

    /// Deletes an exchange.
    ///
    /// One that does not exist is no error.
    public func delete(exchange: String) async throws {
        try await self.withConnection { connection throws(RabbitMQError) in try connection.delete(exchange: exchange) }
    }

    /// Takes messages out of a queue, from its head, and lets the caller decide about each.
    ///
    /// Looking at a message and giving it back (`requeue`) counts as a delivery attempt.
    ///
    /// - Parameters:
    ///   - queue: The queue.
    ///   - limit: How many messages at most.
    ///   - decide: One verdict for each delivery. When it throws, all of them go back.
    /// - Returns: How many messages were looked at.
    @discardableResult
    public func get(
        from queue: String,
        limit: Int,
        decide: ([Delivery]) async throws -> [Verdict]
    ) async throws -> Int {
        let connection = try self.makeConnection()
        let deliveries = try await connection.perform { connection throws(RabbitMQError) in
            var deliveries: [Delivery] = []
            while deliveries.count < limit, let delivery = try connection.get(from: queue) {
                deliveries.append(delivery)
            }
            return deliveries
        }
        let verdicts: [Verdict]
        do {
            verdicts = try await decide(deliveries)
        } catch {
            // The broker gives back what a closed channel holds.
            try await connection.close()
            throw error
        }
        try await connection.perform { connection throws(RabbitMQError) in
            try connection.settle(verdicts, for: deliveries.map(\.deliveryTag))
        }
        try await connection.close()
        return deliveries.count
    }

    /// Publishes messages and waits for their outcomes; see ``RabbitMQPublisher/publish(_:)``.
    public func publish(_ messages: [OutboundMessage]) async throws -> [PublishOutcome] {
        let publisher = RabbitMQPublisher(configuration: self.configuration, logger: self.logger)
        return try await withThrowingTaskGroup { group in
            group.addTask { try await publisher.run() }
            defer { publisher.shutDown() }
            return try await publisher.publish(messages)
        }
    }

    private func withConnection<Result: Sendable>(
        _ body: @Sendable (inout ConnectionHandle) throws(RabbitMQError) -> Result
    ) async throws -> Result {
        let connection = try self.makeConnection()
        let result = try await connection.perform(body)
        try await connection.close()
        return result
    }
    private func makeConnection() throws -> AdminConnection {
        try self.configuration.validate()
        return AdminConnection(self.configuration)
    }
}
