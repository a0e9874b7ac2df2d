internal import EventSourcing
public import EventStorePostgres
public import Logging
public import Postgres
public import RabbitMQ
public import ServiceLifecycle

/// Receives the events that a service subscribed to, and lets each have its effect exactly once.
///
/// At every connect, and once a minute, it asks the publishers for what it may have missed. So a service that is new, or
/// whose queue, binding or whole broker was lost, heals by itself.
public final class SubscriptionRunner: Service {
    private let consumers: [RabbitMQConsumer]
    private let catchUp: CatchUp
    private let admin: RabbitMQAdmin
    private let topology: Topology
    private let logger: Logger
    private let interval: Duration

    /// What a runner needs to know.
    public struct Configuration: Sendable {
        /// The service that subscribes.
        public var service: String
        /// A name that no other process has.
        public var instance: String
        /// The broker.
        public var broker: RabbitMQConfiguration
        /// The names on it.
        public var bus: EventBus
        /// How many deliveries share a transaction at most.
        public var maxBatch = 200
        /// What follows a failure.
        public var retry = RetryPolicy()
        /// How often the publishers are asked.
        public var catchUpInterval = Duration.seconds(60)

        /// States everything that has no default.
        public init(service: String, instance: String, broker: RabbitMQConfiguration, bus: EventBus) {
            self.service = service
            self.instance = instance
            self.broker = broker
            self.bus = bus
        }
    }

    /// Prepares a runner; nothing happens before ``run()``.
    ///
    /// - Parameters:
    ///   - subscriptions: What is wanted, and what to do about it.
    ///   - log: The log of the service.
    ///   - client: Connections to its schema.
    ///   - publisher: A publisher that somebody runs, for the questions.
    public init(
        _ configuration: Configuration,
        subscriptions: Subscriptions,
        log: EventLog,
        client: PostgresClient,
        publisher: RabbitMQPublisher,
        logger: Logger
    ) {
        let bus = configuration.bus
        let letters = DeadLetters(client: client)
        let topology = bus.subscribingTopology(of: configuration.service, types: subscriptions.types)
        let catchUpTopology = bus.catchUpTopology(of: configuration.instance)
        let catchUp = CatchUp(
            service: configuration.service,
            instance: configuration.instance,
            subscriptions: subscriptions,
            bus: bus,
            client: client,
            publisher: publisher,
            logger: logger
        )
        let handler = DeliveryHandler(
            log: log,
            subscriptions: subscriptions,
            deadLetters: letters,
            policy: configuration.retry,
            logger: logger
        )
        let archive = DeadLetterArchive(
            queue: bus.queue(of: configuration.service),
            letters: letters,
            logger: logger
        )
        self.catchUp = catchUp
        self.topology = topology
        self.logger = logger
        self.interval = configuration.catchUpInterval
        self.admin = RabbitMQAdmin(configuration: configuration.broker, logger: logger)
        self.consumers = [
            RabbitMQConsumer(
                configuration: configuration.broker,
                queue: bus.catchUpQueue(of: configuration.instance),
                prefetch: 2 * configuration.maxBatch,
                maxBatch: configuration.maxBatch,
                topology: catchUpTopology,
                logger: logger,
                handler: { deliveries in
                    // After the effects of what came before it, or whoever waits for the end would go on too early.
                    let ends = deliveries.filter { $0.type == ReplayEnd.type }
                    var verdicts = await handler.handle(deliveries.filter { $0.type != ReplayEnd.type }).makeIterator()
                    let all = deliveries.map { $0.type == ReplayEnd.type ? .done : verdicts.next() ?? .requeue }
                    if all.allSatisfy({ $0 == .done }) { ends.forEach(catchUp.takeEnd) }
                    return all
                }
            ),
            RabbitMQConsumer(
                configuration: configuration.broker,
                queue: bus.queue(of: configuration.service),
                prefetch: 2 * configuration.maxBatch,
                maxBatch: configuration.maxBatch,
                // Both queues, so that the answers have a place to go whichever consumer connects first.
                topology: topology + catchUpTopology,
                onConnected: { _ in try await catchUp.run() },
                logger: logger,
                handler: { await handler.handle($0) }
            ),
            RabbitMQConsumer(
                configuration: configuration.broker,
                queue: bus.deadQueue(of: configuration.service),
                prefetch: 16,
                maxBatch: 16,
                topology: topology,
                logger: logger,
                handler: { await archive.handle($0) }
            ),
        ]
    }

    /// Whether events are being received; for health.
    public var isConsuming: Bool { self.consumers.allSatisfy { $0.state.isConnected } }

    /// Receives until the service group shuts down or the task is cancelled.
    public func run() async throws {
        try await withThrowingTaskGroup { group in
            for consumer in self.consumers {
                group.addTask { try await consumer.run() }
            }
            group.addTask { await self.heal() }
            try await group.waitForAll()
        }
    }

    private func heal() async {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: self.interval)) != nil {
                do {
                    try await self.admin.declare(self.topology)
                    try await self.catchUp.run()
                } catch {
                    self.logger.warning("could not ask for missed events", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
