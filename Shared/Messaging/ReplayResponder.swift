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
        var answer = ReplayAnswer(to: request)
        if let range = answer.countedRange {
            try await self.read(after: range.after) { events, position in
                answer.count(events)
                return position < range.upTo
            }
        }
        var (sent, isComplete, upTo) = (0, true, answer.start)
        try await self.read(after: answer.start) { events, position in
            let wanted = events.filter(answer.includes)
            let outcomes = try await self.publisher.publish(
                wanted.map { MessageCodec.message($0, exchange: "", routingKey: request.replyTo) }
            )
            guard outcomes.allSatisfy({ $0 == .confirmed }) else { throw AskerGone() }
            (sent, upTo) = (sent + wanted.count, position)
            isComplete = sent < self.limit
            return isComplete
        }
        let end = ReplayEnd(request: request.id, upTo: upTo.description, isComplete: isComplete)
        _ = try await self.publisher.publish([try end.message(to: request.replyTo, from: self.service)])
    }

    /// Reads public events in order, piece by piece, until the log or the interest in it ends.
    private func read(
        after start: GlobalPosition,
        _ take: ([IntegrationEvent], GlobalPosition) async throws -> Bool
    ) async throws {
        var position = start
        while true {
            let events = try await self.store.readAll(after: position, limit: self.batch)
            guard let last = events.last else { return }
            position = last.position
            guard try await take(try events.flatMap { try self.publications.publish($0) }, position) else { return }
        }
    }

    /// The queue that the answer should go to does not exist any more.
    private struct AskerGone: Error {}
}
