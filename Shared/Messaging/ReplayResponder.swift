public import EventSourcing
public import EventStorePostgres
internal import Foundation
public import Logging
public import RabbitMQ
public import ServiceLifecycle


/// Answers those who missed something, from the log: the publishing side of ``CatchUp``.
///
/// Any instance may answer; the queue of questions is shared.
public final class ReplayResponder: Service {
    private let service: String
    private let store: PostgresEventStore
    private let publications: Publications
    private let publisher: RabbitMQPublisher
    private let broker: RabbitMQConfiguration
    private let bus: EventBus
    private let logger: Logger
    private let batch = 500

    /// Prepares a responder; nothing happens before ``run()``.
    ///
    /// - Parameters:
    ///   - service: The service whose log it is.
    ///   - store: The log.
    ///   - publications: What of it is public.
    ///   - publisher: A publisher that somebody runs.
    ///   - broker: Where the questions arrive.
    ///   - bus: The names there.
    ///   - logger: Where trouble is reported.
    public init(
        service: String,
        store: PostgresEventStore,
        publications: Publications,
        publisher: RabbitMQPublisher,
        broker: RabbitMQConfiguration,
        bus: EventBus,
        logger: Logger
    ) {
        self.service = service
        self.store = store
        self.publications = publications
        self.publisher = publisher
        self.broker = broker
        self.bus = bus
        self.logger = logger
    }

    /// Answers until the service group shuts down or the task is cancelled.
    public func run() async throws {
        let consumer = RabbitMQConsumer(
            configuration: self.broker,
            queue: self.bus.replayQueue(of: self.service),
            prefetch: 8,
            maxBatch: 1,
            topology: self.bus.publishingTopology(of: self.service),
            logger: self.logger,
            handler: { await self.handle($0) }
        )
        try await consumer.run()
    }

    private func handle(_ deliveries: [Delivery]) async -> [Verdict] {
        for delivery in deliveries {
            do {
                try await self.answer(try JSONDecoder.wire().decode(ReplayRequest.self, from: Data(delivery.body)))
            } catch {
                // Whoever asked stops waiting and asks again.
                self.logger.warning("a replay broke off", metadata: ["error": "\(RetryPolicy.reason(error))"])
            }
        }
        return deliveries.map { _ in .done }
    }

    private func answer(_ request: ReplayRequest) async throws {
        var position = request.start
        while true {
            let events = try await self.store.readAll(after: position, limit: self.batch)
            let wanted = try events.flatMap { try self.publications.publish($0) }.filter { event in
                request.position(event.type).map { event.position > $0 } ?? false
            }
            let outcomes = try await self.publisher.publish(
                wanted.map { MessageCodec.message($0, exchange: "", routingKey: request.replyTo) }
            )
            // The queue is gone, and with it whoever asked.
            guard outcomes.allSatisfy({ $0 == .confirmed }) else { return }
            guard let last = events.last else { break }
            position = last.position
        }
        _ = try await self.publisher.publish([ReplayEnd.message(of: request, from: self.service)])
    }
}
