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
    /// What may get lost without a consumer noticing.
    private let lost: Topology
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
        let (service, types) = (configuration.service, subscriptions.types)
        let deadTopology = bus.deadTopology(of: service)
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
        self.lost = bus.bindingTopology(of: service, types: types) + deadTopology
        self.logger = logger
        self.interval = configuration.catchUpInterval
        self.admin = RabbitMQAdmin(configuration: configuration.broker, logger: logger)
        // The markers among the events end a batch: what came before them must have had its effect.
        let handle: RabbitMQConsumer.Handler = { deliveries in
            var verdicts: [Verdict] = []
            for part in deliveries.parts(endingWith: ReplayMarker.type) {
                verdicts += await handler.handle(part.deliveries)
                guard verdicts.allSatisfy({ $0 == .done }) else { break }
                if let marker = part.marker {
                    await catchUp.take(marker)
                    verdicts.append(.done)
                }
            }
            return verdicts + deliveries.dropFirst(verdicts.count).map { _ in .requeue }
        }
        self.consumers = [
            RabbitMQConsumer(
                configuration: configuration.broker,
                queue: bus.catchUpQueue(of: configuration.instance),
                prefetch: 2 * configuration.maxBatch,
                maxBatch: configuration.maxBatch,
                topology: catchUpTopology,
                logger: logger,
                handler: handle
            ),
            RabbitMQConsumer(
                configuration: configuration.broker,
                queue: bus.queue(of: configuration.service),
                prefetch: 2 * configuration.maxBatch,
                maxBatch: configuration.maxBatch,
                // With the queue of the answers, so that they have a place to go whichever consumer connects first.
                topology: bus.subscribingTopology(of: service, types: types) + catchUpTopology,
                onConnected: { queue in
                    try await cancelWhenGracefulShutdown { try await catchUp.begin(queueWasCreated: queue.wasCreated) }
                },
                logger: logger,
                handler: handle
            ),
            RabbitMQConsumer(
                configuration: configuration.broker,
                queue: bus.deadQueue(of: configuration.service),
                prefetch: 16,
                maxBatch: 16,
                topology: deadTopology,
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
            // Soon at first: publishers that started together with this service may not have heard its first question.
            var pause = min(.seconds(1), self.interval)
            while (try? await Task.sleep(for: pause)) != nil {
                pause = min(pause * 2, self.interval)
                do {
                    try await self.admin.declare(self.lost)
                    try await self.catchUp.check()
                } catch {
                    self.logger.warning("could not ask what may be missing", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}

extension [Delivery] {
    /// Deliveries, and the marker that follows them.
    fileprivate struct Part {
        var deliveries: [Delivery] = []
        var marker: Delivery?
    }

    /// Cuts after each marker.
    fileprivate func parts(endingWith type: String) -> [Part] {
        var parts = [Part()]
        for delivery in self {
            if delivery.type == type {
                parts[parts.count - 1].marker = delivery
                parts.append(Part())
            } else {
                parts[parts.count - 1].deliveries.append(delivery)
            }
        }
        return parts
    }
}
