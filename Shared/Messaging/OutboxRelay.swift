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
    private let batch = 500
    private let signal = Signal()

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
        self.signal.set()
    }

    /// Publishes until the service group shuts down or the task is cancelled, then gives leadership up.
    public func run() async throws {
        await withGracefulShutdownHandler {
            var failures = 0
            while self.isRunning {
                do {
                    if let leadership = try await self.cursor.acquire(self.instance) {
                        try await self.lead(leadership)
                    }
                    failures = 0
                    await self.signal.wait(upTo: .seconds(1))
                } catch {
                    failures += 1
                    self.logger.warning("publishing stopped for now", metadata: ["error": "\(error)"])
                    // The signal is no reason to hurry here: whatever was committed waits for the dependency as well.
                    try? await Task.sleep(for: RetryPolicy().delay(failures))
                }
            }
        } onGracefulShutdown: {
            self.signal.set()
        }
    }

    private var isRunning: Bool { !Task.isCancelled && !Task.isShuttingDownGracefully }

    private func lead(_ granted: RelayCursor.Leadership) async throws {
        self.logger.info("leading the relay", metadata: ["fence": "\(granted.fence)"])
        var leadership = granted
        var renewed = ContinuousClock.now
        while self.isRunning {
            let events = try await self.store.readAll(after: leadership.position, limit: self.batch)
            if let last = events.last {
                try await self.publish(events)
                FaultPoint.reach("after_confirm")
                guard try await self.cursor.advance(&leadership, to: last.position) else { return self.stepDown() }
                renewed = .now
            } else {
                // An event is visible only after every older transaction has ended, which may be a moment after the
                // commit that woke us; hence the short wait.
                await self.signal.wait(upTo: .milliseconds(20))
                if .now - renewed > .seconds(1) {
                    guard try await self.cursor.advance(&leadership, to: leadership.position) else {
                        return self.stepDown()
                    }
                    renewed = .now
                }
            }
        }
        try await self.cursor.release(leadership)
    }

    private func stepDown() {
        self.logger.warning("another instance leads the relay now")
    }

    private func publish(_ events: [RecordedEvent]) async throws {
        var messages = try events.flatMap { try self.publications.publish($0) }
            .map { MessageCodec.message($0, exchange: self.bus.events) }
        var attempt = 0
        while !messages.isEmpty {
            let outcomes = try await self.publisher.publish(messages)
            Counter(label: "relay_published_total").increment(by: outcomes.count { $0 == .confirmed })
            self.note(returned: zip(messages, outcomes).filter { $0.1.isReturned }.map(\.0.type))
            // A full queue refuses: what it refused is sent again, together with all that followed, to keep the order.
            guard let refused = outcomes.firstIndex(of: .nacked) else { return }
            messages.removeSubrange(..<refused)
            attempt += 1
            try await Task.sleep(for: RetryPolicy().delay(attempt))
        }
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
