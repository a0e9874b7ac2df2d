internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Logging
internal import Postgres
internal import RabbitMQ
internal import Synchronization

/// Asks the publishers for what this service has missed: everything, when it is new; a gap, when its queue or a binding
/// was lost.
///
/// Repetitions are harmless, so it may ask as often as it likes.
final class CatchUp: Sendable {
    private let service: String
    private let subscriptions: Subscriptions
    private let bus: EventBus
    private let replyQueue: String
    private let client: PostgresClient
    private let publisher: RabbitMQPublisher
    private let logger: Logger
    private let open = Mutex<[UUID: Signal]>([:])
    /// How long a publisher that has fallen silent is waited for.
    private let patience = Duration.seconds(10)

    init(
        service: String,
        instance: String,
        subscriptions: Subscriptions,
        bus: EventBus,
        client: PostgresClient,
        publisher: RabbitMQPublisher,
        logger: Logger
    ) {
        self.service = service
        self.subscriptions = subscriptions
        self.bus = bus
        self.replyQueue = bus.catchUpQueue(of: instance)
        self.client = client
        self.publisher = publisher
        self.logger = logger
    }

    /// The queue that answers come to; it ends with the connection that consumes it.
    var topology: Topology {
        Topology(queues: [.init(self.replyQueue, .classic, isDurable: false, isExclusive: true)])
    }

    var queue: String { self.replyQueue }

    /// How far each publisher was heard.
    func progress() async throws -> [String: [String: GlobalPosition]] {
        try await self.client.withSession { session in
            try Dictionary(
                uniqueKeysWithValues: self.subscriptions.sources.map { ($0, try Inbox.progress(of: $0, in: session)) }
            )
        }
    }

    /// Asks every publisher for what came after `progress`, and waits until they have answered.
    ///
    /// A publisher that never ran has nothing to tell, and one that does not answer is asked again next time.
    func run(after progress: [String: [String: GlobalPosition]]) async throws {
        for source in self.subscriptions.sources {
            let heard = progress[source] ?? [:]
            let request = ReplayRequest(
                replyTo: self.replyQueue,
                id: .version7(),
                after: Dictionary(
                    uniqueKeysWithValues: self.subscriptions.types(from: source).map {
                        ($0, (heard[$0] ?? .start).description)
                    }
                )
            )
            try await self.ask(source, request)
        }
    }

    private func ask(_ source: String, _ request: ReplayRequest) async throws {
        let ended = Signal()
        self.open.withLock { $0[request.id] = ended }
        defer { _ = self.open.withLock { $0.removeValue(forKey: request.id) } }
        let message = try request.message(to: self.bus.replayQueue(of: source), from: self.service)
        guard try await self.publisher.publish([message]) == [.confirmed] else {
            self.logger.info("a publisher has never run", metadata: ["source": "\(source)"])
            return
        }
        await ended.wait(upTo: self.patience)
    }

    /// Notes the ends among the answers.
    ///
    /// - Returns: Whether the delivery was one.
    func takeEnd(_ delivery: Delivery) -> Bool {
        guard let request = ReplayEnd.request(delivery) else { return false }
        self.open.withLock { $0[request] }?.set()
        return true
    }
}
