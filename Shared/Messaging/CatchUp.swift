internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Logging
internal import Postgres
internal import RabbitMQ
internal import Synchronization

/// Finds out what this service has missed, and gets it: everything, when it is new; a gap, when its queue or a binding was
/// lost; mostly nothing.
///
/// Publisher and receiver count. The publisher puts a ``ReplayMarker`` behind everything it has published, into the queue of
/// the service; when the marker's turn comes, the inbox must hold as many events as the marker says. If it does not, the
/// publisher is asked to send them again, into the same queue, so that they are as safe there as at the first time.
/// Repetitions are harmless, so it may ask as often as it likes and in whatever state it is.
///
/// Only history that has to come before everything else, because the service or its queue is new, takes another way: a queue
/// of this instance, which is drained before the queue of the service is opened.
final class CatchUp: Sendable {
    private let service: String
    private let subscriptions: Subscriptions
    private let bus: EventBus
    private let historyQueue: String
    private let client: PostgresClient
    private let publisher: RabbitMQPublisher
    private let logger: Logger
    private let histories = Mutex<[String: History]>([:])
    /// Publishers of which something was missing at the last look.
    private let suspicions = Mutex<Set<String>>([])
    /// How long a publisher that has fallen silent is waited for.
    private let patience = Duration.seconds(15)

    /// A history that is being waited for.
    private struct History {
        let progressed = Signal()
        var isComplete = false
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
        self.historyQueue = bus.catchUpQueue(of: instance)
        self.client = client
        self.publisher = publisher
        self.logger = logger
    }

    /// Before the queue of the service is opened: gets the history that has to come first, and has the rest counted.
    ///
    /// - Throws: ``PublisherSilent`` when a publisher does not answer whose history this service does not know: what it
    ///   publishes now must not be handled before that.
    func begin(queueWasCreated: Bool) async throws {
        try await withThrowingTaskGroup { group in
            for source in self.subscriptions.sources {
                group.addTask {
                    let isNew = try await self.progress(of: source).values.contains { $0 == nil }
                    if isNew || queueWasCreated {
                        try await self.fetchHistory(of: source, isNew: isNew)
                    } else {
                        try await self.ask(source, replyTo: self.bus.queue(of: self.service), forEvents: false)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Now and then: has the publishers count what should have arrived.
    func check() async throws {
        for source in self.subscriptions.sources {
            try await self.ask(source, replyTo: self.bus.queue(of: self.service), forEvents: false)
        }
    }

    /// Takes a marker, after the effects of everything that came before it.
    ///
    /// If that fails, no harm is done: there will be another.
    func take(_ delivery: Delivery) async {
        do {
            let marker = try JSONDecoder.wire().decode(ReplayMarker.self, from: Data(delivery.body))
            try await self.take(marker, from: delivery.appID ?? "")
        } catch {
            self.logger.warning("could not take a marker", metadata: ["error": "\(RetryPolicy.reason(error))"])
        }
    }

    private func take(_ marker: ReplayMarker, from source: String) async throws {
        guard let end = GlobalPosition(marker.upTo) else { return }
        // Another version of this service may have asked, for what this one does not want.
        let wanted = self.subscriptions.types(from: source)
        let published = marker.published.filter { wanted.contains($0.key) }
        let isMissing = try await self.client.transaction { session in
            let places = published.mapValues { GlobalPosition($0.after) ?? .start }
            let received = try Inbox.count(after: places, upTo: end, from: source, in: session)
            let isMissing = published.contains { received[$0.key, default: 0] < $0.value.count }
            // What was sent and is still not here will not come: it is handled, or decided about.
            if !isMissing || marker.request.isForEvents {
                Inbox.complete(Array(places.keys), from: source, upTo: end, in: session)
            }
            return isMissing
        }
        if !isMissing { self.suspicions.withLock { _ = $0.remove(source) } }
        if marker.request.replyTo == self.historyQueue {
            self.histories.withLock { histories in
                histories[source]?.isComplete = marker.isComplete
                histories[source]?.progressed.set()
            }
        } else if isMissing, !marker.request.isForEvents {
            // An event that the broker gave up may still be on its way to the dead letters, and to send again what has just
            // killed this process would be no service to it. So a second look decides.
            guard !self.suspicions.withLock({ $0.insert(source).inserted }) else { return }
            self.logger.warning("events are missing", metadata: ["source": "\(source)"])
            try await self.ask(source, replyTo: marker.request.replyTo, forEvents: true)
        } else if !marker.isComplete {
            try await self.ask(source, replyTo: marker.request.replyTo, forEvents: marker.request.isForEvents)
        }
    }

    private func fetchHistory(of source: String, isNew: Bool) async throws {
        let history = History()
        self.histories.withLock { $0[source] = history }
        defer { self.histories.withLock { $0[source] = nil } }
        let deadline = ContinuousClock.now + self.patience
        repeat {
            while try await !self.ask(source, replyTo: self.historyQueue, forEvents: true) {
                // Who is known has run before: after the loss of a whole broker it comes back soon.
                if isNew { return }
                guard .now < deadline else { return self.noteSilence(of: source) }
                try await Task.sleep(for: .seconds(1))
            }
            guard await history.progressed.wait(upTo: self.patience) else {
                try Task.checkCancellation()
                if isNew { throw PublisherSilent(source: source) }
                return self.noteSilence(of: source)
            }
        } while !(self.histories.withLock { $0[source]?.isComplete } ?? true)
    }

    private func noteSilence(of source: String) {
        self.logger.warning("a publisher does not answer", metadata: ["source": "\(source)"])
    }

    /// - Returns: `false` when the publisher has not run on this broker yet.
    @discardableResult
    private func ask(_ source: String, replyTo queue: String, forEvents: Bool) async throws -> Bool {
        let request = ReplayRequest(
            replyTo: queue,
            wanted: try await self.progress(of: source).mapValues { ($0 ?? .start).description },
            isForEvents: forEvents
        )
        let message = try request.message(
            to: self.bus.replayQueue(of: source),
            from: self.service,
            patience: self.patience
        )
        if case .returned = try await self.publisher.publish([message]).first {
            self.logger.info("a publisher has not run on this broker yet", metadata: ["source": "\(source)"])
            return false
        }
        return true
    }

    /// Up to where each wanted type is complete; `nil` for those that were never looked at.
    private func progress(of source: String) async throws -> [String: GlobalPosition?] {
        let types = self.subscriptions.types(from: source)
        let known = try await self.client.withSession { try Inbox.progress(of: source, in: $0) }
        return Dictionary(uniqueKeysWithValues: types.map { ($0, known[$0]) })
    }
}

/// A publisher whose history is needed does not answer.
struct PublisherSilent: Error, CustomStringConvertible {
    let source: String

    var description: String { "the service \(self.source) does not tell its history" }
}
