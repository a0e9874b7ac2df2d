public import EventSourcing
public import EventStorePostgres
public import Logging
internal import Metrics
public import RabbitMQ
public import ServiceLifecycle

/// Publishes what was committed: reads the log past its cursor, maps events to public ones, waits for the broker's confirms
/// and only then moves the cursor.
///
/// The log *is* the outbox: a fact and its publication can not part, and nothing is published inside a request. One
/// instance leads; the others stand by. After a crash events are published again, with the same identities.
public final class OutboxRelay: Service {
    private let store: PostgresEventStore
    private let cursor: RelayCursor
    private let publications: Publications
    private let publisher: RabbitMQPublisher
    private let bus: EventBus
    private let instance: String
    private let logger: Logger
    private let committed = Signal()
    private let stopping = Signal()

    /// How many events are read and published together while all goes well.
    private static let batch = 500
    /// How long it rests while nothing happens, longer and longer.
    ///
    /// It must look again by itself: an event is visible only after every older transaction has ended, which may be a
    /// moment after the commit that woke the relay; and another instance may have committed.
    private static let pauses = Duration.milliseconds(5)...Duration.milliseconds(250)

    /// Prepares a relay; nothing happens before ``run()``.
    ///
    /// - Parameters:
    ///   - store: The log.
    ///   - cursor: How far it was published.
    ///   - publications: What becomes public.
    ///   - publisher: A publisher that somebody runs.
    ///   - bus: Where to publish.
    ///   - instance: A name that no other process has.
    ///   - logger: Where trouble is reported.
    public init(
        store: PostgresEventStore,
        cursor: RelayCursor,
        publications: Publications,
        publisher: RabbitMQPublisher,
        bus: EventBus,
        instance: String,
        logger: Logger
    ) {
        self.store = store
        self.cursor = cursor
        self.publications = publications
        self.publisher = publisher
        self.bus = bus
        self.instance = instance
        self.logger = logger
    }

    /// Tells the relay that something was committed, so that it need not wait for its next look.
    public func wake() {
        self.committed.set()
    }

    /// Publishes until the service group shuts down or the task is cancelled, then gives leadership up.
    public func run() async throws {
        await withGracefulShutdownHandler {
            var failures = 0
            while self.isRunning {
                do {
                    if let leadership = try await self.cursor.acquire(self.instance) {
                        try await self.lead(leadership) { failures = 0 }
                    }
                    await self.stopping.wait(upTo: self.cursor.renewalInterval)
                } catch {
                    failures += 1
                    self.report(error)
                    await self.stopping.wait(upTo: RetryPolicy().delay(failures))
                }
            }
        } onGracefulShutdown: {
            self.stopping.set()
            self.committed.set()
        }
    }

    private var isRunning: Bool { !Task.isCancelled && !Task.isShuttingDownGracefully }

    private func lead(_ granted: RelayCursor.Leadership, _ succeeded: () -> Void) async throws {
        self.logger.info("leading the relay", metadata: ["fence": "\(granted.fence)"])
        var leadership = granted
        var renewed = ContinuousClock.now
        let renewal = self.cursor.renewalInterval
        var pace = RelayPace(longestBatch: Self.batch, pauses: Self.pauses, longestDelay: renewal)
        while self.isRunning {
            let events = try await self.store.readAll(after: leadership.position, limit: pace.batch)
            let published = try await self.publish(events)
            if let last = events.prefix(published).last {
                FaultPoint.reach("after_confirm")
                guard try await self.cursor.advance(&leadership, to: last.position) else { return self.stepDown() }
                renewed = .now
            } else if .now - renewed > renewal {
                guard try await self.cursor.advance(&leadership, to: leadership.position) else {
                    return self.stepDown()
                }
                renewed = .now
            }
            succeeded()
            switch pace.next(read: events.count, published: published) {
            case .now: continue
            case .whenCommitted(let limit): pace.wasWoken = await self.committed.wait(upTo: limit)
            case .later(let delay): await self.stopping.wait(upTo: delay)
            }
        }
        try await self.cursor.release(leadership)
    }

    private func stepDown() {
        self.logger.warning("another instance leads the relay now")
    }

    private func report(_ error: any Error) {
        if let error = error as? EventCodingError {
            // Waiting does not mend this: somebody has to look.
            self.logger.error("the log can not be published", metadata: ["error": "\(error)"])
        } else {
            self.logger.warning("publishing stopped for now", metadata: ["error": "\(error)"])
        }
    }

    /// - Returns: How many of the events are published, counted from the first: what a full queue refused is published
    ///   again, together with all that followed it.
    /// - Throws: `EventCodingError` when the first one can not be read; a later one holds up only what follows it.
    private func publish(_ events: [RecordedEvent]) async throws -> Int {
        var messages: [OutboundMessage] = []
        var owners: [Int] = []
        var readable = 0
        do {
            for event in events {
                for publication in try self.publications.publish(event) {
                    messages.append(MessageCodec.message(publication, exchange: self.bus.events))
                    owners.append(readable)
                }
                readable += 1
            }
        } catch {
            guard readable > 0 else { throw error }
        }
        let outcomes = try await self.publisher.publish(messages)
        Counter(label: "relay_published_total").increment(by: outcomes.count { $0 == .confirmed })
        self.note(returned: zip(messages, outcomes).filter { $0.1.isReturned }.map(\.0.type))
        guard let refused = outcomes.firstIndex(of: .nacked) else { return readable }
        Counter(label: "relay_refused_total").increment()
        self.logger.warning("a queue takes nothing more", metadata: ["event_type": "\(messages[refused].type)"])
        return owners[refused]
    }

    /// Nobody listens to these types.
    ///
    /// They are not lost: they stand in the log, and whoever subscribes later, or gets a lost binding back, asks for
    /// what it missed (``CatchUp``).
    private func note(returned types: [String]) {
        for (type, count) in Dictionary(grouping: types, by: { $0 }).mapValues(\.count) {
            Counter(label: "relay_unroutable_total", dimensions: [("type", type)]).increment(by: count)
            self.logger.debug("nobody listens", metadata: ["event_type": "\(type)", "count": "\(count)"])
        }
    }
}

extension PublishOutcome {
    fileprivate var isReturned: Bool {
        if case .returned = self { true } else { false }
    }
}
