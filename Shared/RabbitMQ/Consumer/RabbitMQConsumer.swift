public import Logging
public import ServiceLifecycle

/// Consumes one queue on a connection of its own, in micro-batches, one after the other.
///
/// A batch is whatever has arrived, up to `maxBatch`. After every connect the first batch has one delivery, and nothing
/// else is prefetched, until a delivery is `done` that is not a redelivery: a message that kills the process takes no
/// neighbours with it.
/// Heartbeats keep going while the handler works, however long it takes.
///
/// When the connection is lost, or the queue is deleted, everything is set up again: connection, topology, `onConnected`,
/// consumer. Verdicts of a batch whose connection is gone are dropped, and its messages come again, so the handler must
/// recognise repetitions.
public final class RabbitMQConsumer: Service {
    /// Handles a batch in order, and gives a verdict for each delivery.
    public typealias Handler = @Sendable ([Delivery]) async -> [Verdict]

    private let configuration: RabbitMQConfiguration
    private let settings: ConsumerSettings
    private let onConnected: (@Sendable (QueueState) async throws -> Void)?
    private let handler: Handler
    private let logger: Logger
    private let mailbox = Mailbox<ConsumerRole.Command>()
    private let shared = Shared(ConsumerState())

    /// Prepares a consumer; nothing happens before ``run()``.
    ///
    /// - Parameters:
    ///   - configuration: The broker.
    ///   - queue: The queue. It must exist, or be part of the topology.
    ///   - prefetch: How many deliveries the broker may send ahead.
    ///   - maxBatch: How many deliveries one batch has at most.
    ///   - topology: What is declared at every connect.
    ///   - onConnected: Called after declaring and before consuming; when it throws, the connection is made anew. A queue
    ///     that was created now has missed what was published before.
    ///   - logger: Where lost connections are reported.
    ///   - handler: The work.
    public init(
        configuration: RabbitMQConfiguration,
        queue: String,
        prefetch: Int = 256,
        maxBatch: Int = 100,
        topology: Topology = Topology(),
        onConnected: (@Sendable (QueueState) async throws -> Void)? = nil,
        logger: Logger,
        handler: @escaping Handler
    ) {
        self.configuration = configuration
        self.settings = ConsumerSettings(
            queue: queue,
            prefetch: max(1, prefetch),
            maxBatch: max(1, maxBatch),
            topology: topology
        )
        self.onConnected = onConnected
        self.logger = logger
        self.handler = handler
    }

    /// What the consumer is doing.
    public var state: ConsumerState { self.shared.value }

    /// Starts no further batch, while a dependency is down.
    ///
    /// What is prefetched stays here and costs no delivery attempts, and the queue keeps its order. A connection that is
    /// lost during a pause is made anew, but consumes nothing before ``resume()``.
    public func pause() {
        self.mailbox.post(.pause)
    }

    /// Ends a pause.
    public func resume() {
        self.mailbox.post(.resume)
    }

    /// Consumes until the service group shuts down, or the task is cancelled.
    ///
    /// A graceful shutdown lets the running batch finish and acknowledges it. Whatever was prefetched beyond it goes back
    /// to the queue. A cancelled task leaves at once, like a process that dies. It may run once.
    public func run() async throws {
        try self.configuration.validate()
        let (work, continuation) = AsyncStream.makeStream(of: ConsumerRole.Work.self)
        let (settings, shared) = (self.settings, self.shared)
        await withTaskGroup { group in
            group.addTask {
                await runConnection(self.configuration, mailbox: self.mailbox, logger: self.logger) {
                    ConsumerRole(settings: settings, shared: shared, work: continuation)
                } onGracefulShutdown: {
                    self.mailbox.post(.shutDown)
                } onCancel: {
                    self.mailbox.post(.abandon)
                }
            }
            for await work in work { await self.perform(work) }
        }
    }

    private func perform(_ work: ConsumerRole.Work) async {
        switch work {
        case .greet(let queue, let connection):
            do {
                try await self.onConnected?(queue)
                self.mailbox.post(.greeted(connection: connection, error: nil))
            } catch {
                let reason = RabbitMQError(.unexpected, "onConnected failed: \(error)")
                self.mailbox.post(.greeted(connection: connection, error: reason))
            }
        case .handle(let deliveries, let connection):
            let verdicts = await self.handler(deliveries)
            self.mailbox.post(.handled(connection: connection, verdicts: verdicts))
        }
    }
}
