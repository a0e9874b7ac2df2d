internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Logging
internal import Postgres
internal import RabbitMQ
internal import Synchronization

/// Asks the publishers for what this service has missed: everything, when it is new; a gap, when its queue or a binding was
/// lost; mostly nothing.
///
/// Publisher and receiver count. For each type of event the receiver says up to where it is complete, what the furthest
/// event is that it received since, and how many there were; if the publisher counts as many, only what is younger is sent,
/// otherwise everything. Repetitions are harmless, so it may ask as often as it likes, and in whatever state it is.
final class CatchUp: Sendable {
    private let service: String
    private let subscriptions: Subscriptions
    private let bus: EventBus
    private let replyQueue: String
    private let client: PostgresClient
    private let publisher: RabbitMQPublisher
    private let logger: Logger
    private let open = Mutex<[UUID: Question]>([:])
    /// How long a publisher that has fallen silent is waited for.
    private let patience = Duration.seconds(15)

    /// A question that is being waited for.
    private struct Question {
        let answered = Signal()
        var end: ReplayEnd?
    }

    /// How a publisher answered.
    private enum Answer {
        case complete
        /// It never ran on this broker, so it can not have told anything that would be missing here.
        case unknown
        case silent
    }

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

    /// Asks every publisher, and waits until they have answered.
    ///
    /// - Throws: ``PublisherSilent`` when one does not answer whose history this service does not know at all: what it
    ///   publishes now must not be handled before that. What others may lack is asked for again next time.
    func run() async throws {
        try await withThrowingTaskGroup { group in
            for source in self.subscriptions.sources {
                group.addTask { try await self.catchUp(with: source) }
            }
            try await group.waitForAll()
        }
    }

    private func catchUp(with source: String) async throws {
        let types = self.subscriptions.types(from: source)
        let heard = try await self.heard(types, from: source)
        switch try await self.ask(source, types) {
        case .complete:
            break
        case .unknown:
            self.logger.info("a publisher has never run", metadata: ["source": "\(source)"])
        case .silent:
            self.logger.warning("a publisher does not answer", metadata: ["source": "\(source)"])
            if heard.values.allSatisfy({ $0.complete == nil }) { throw PublisherSilent(source: source) }
        }
    }

    /// Asks until the answer is complete.
    private func ask(_ source: String, _ types: [String]) async throws -> Answer {
        while true {
            let request = ReplayRequest(
                replyTo: self.replyQueue,
                id: .version7(),
                wanted: try await self.heard(types, from: source).mapValues { heard in
                    ReplayRequest.Wanted(
                        after: (heard.complete ?? .start).description,
                        furthest: heard.furthest?.description,
                        count: heard.count
                    )
                }
            )
            guard let end = try await self.end(of: request, to: source) else { return .unknown }
            guard let end, let position = GlobalPosition(end.upTo) else { return .silent }
            try await self.client.withSession { session in
                Inbox.complete(types, from: source, upTo: position, in: session)
            }
            if end.isComplete { return .complete }
        }
    }

    /// - Returns: The end of the answer, `.some(nil)` if it does not come, `nil` if nobody is there to answer.
    private func end(of request: ReplayRequest, to source: String) async throws -> ReplayEnd?? {
        let question = Question()
        self.open.withLock { $0[request.id] = question }
        defer { _ = self.open.withLock { $0.removeValue(forKey: request.id) } }
        let queue = self.bus.replayQueue(of: source)
        let message = try request.message(to: queue, from: self.service, patience: self.patience)
        switch try await self.publisher.publish([message]).first {
        case .confirmed: break
        case .nacked, nil: return .some(nil)
        case .returned: return nil
        }
        await question.answered.wait(upTo: self.patience)
        return .some(self.open.withLock { $0[request.id]?.end })
    }

    private func heard(_ types: [String], from source: String) async throws -> [String: Inbox.Heard] {
        try await self.client.withSession { try Inbox.heard(types, from: source, in: $0) }
    }

    /// Takes the ends from among the answers, after the effects of what came before them.
    func takeEnd(_ delivery: Delivery) {
        guard let end = try? JSONDecoder.wire().decode(ReplayEnd.self, from: Data(delivery.body)) else { return }
        self.open.withLock { open in
            open[end.request]?.end = end
            open[end.request]?.answered.set()
        }
    }
}

/// A publisher whose history is needed does not answer.
struct PublisherSilent: Error, CustomStringConvertible {
    let source: String

    var description: String { "the service \(self.source) does not tell its history" }
}
