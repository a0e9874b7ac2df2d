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
    private let cursor: RelayCursor
    private let publications: Publications
    private let publisher: RabbitMQPublisher
    private let broker: RabbitMQConfiguration
    private let bus: EventBus
    private let logger: Logger
    private let batch = 500
    /// How much one answer holds; after that it is somebody else's turn, and the asker has time to take it in.
    private let limit = 5000

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
        self.cursor = RelayCursor(of: store)
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
        // What is published later follows the marker by itself.
        let end = try await self.cursor.position()
        var answer = ReplayAnswer(to: request)
        var (position, scanned, isComplete) = (answer.start, 0, false)
        while !isComplete, answer.count < self.limit, scanned < 4 * self.limit {
            let events = try await self.store.readAll(after: position, limit: self.batch)
            let published = events.prefix { $0.position <= end }
            let messages = try published.flatMap { event in
                try self.publications.publish(event) { type in answer.take(type, at: event.position) }
            }
            .map { MessageCodec.message($0, exchange: "", routingKey: request.replyTo) }
            let outcomes = try await cancelWhenGracefulShutdown { try await self.publisher.publish(messages) }
            guard outcomes.allSatisfy({ $0 == .confirmed }) else { throw NotTaken() }
            position = published.last?.position ?? position
            scanned += published.count
            isComplete = published.count < self.batch
        }
        let marker = answer.marker(upTo: isComplete ? max(end, position) : position, isComplete: isComplete)
        _ = try await self.publisher.publish([try marker.message(from: self.service)])
    }

    /// The queue that the answer should go to is full or does not exist any more.
    private struct NotTaken: Error {}
}
