internal import BlockingIO

/// A connection for a few requests, on a thread of its own and without heartbeats.
actor AdminConnection {
    private let executor = ThreadExecutor(name: "amqp-admin")
    private let configuration: RabbitMQConfiguration
    private var handle: ConnectionHandle?

    init(_ configuration: RabbitMQConfiguration) {
        // Nobody pumps between two requests; every request has its own time limit.
        var configuration = configuration
        configuration.heartbeat = .zero
        self.configuration = configuration
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    /// Does something on the connection, which is opened when it is first needed and dropped after any error.
    func perform<Result: Sendable>(
        _ body: @Sendable (inout ConnectionHandle) throws(RabbitMQError) -> Result
    ) throws(RabbitMQError) -> Result {
        var handle: ConnectionHandle
        if let existing = self.handle.take() {
            handle = existing
        } else {
            handle = try ConnectionHandle.open(self.configuration, socketGuard: SocketGuard())
        }
        let result = try body(&handle)
        self.handle = consume handle
        return result
    }

    func close() throws(RabbitMQError) {
        if let handle = self.handle.take() { try handle.close() }
    }
}
