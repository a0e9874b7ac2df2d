internal import DequeModule
internal import Logging

/// The consuming side of a connection: what has arrived, and the one batch that is being handled.
struct ConsumerRole: ConnectionRole {
    enum Command: Sendable {
        /// The queue was greeted (`nil`), or that failed.
        case greeted(connection: Int, error: RabbitMQError?)
        case handled(connection: Int, verdicts: [Verdict])
        case pause
        case resume
        case shutDown
        case abandon
    }

    /// What the asynchronous side has to do, one after the other.
    enum Work: Sendable {
        case greet(QueueState, connection: Int)
        case handle([Delivery], connection: Int)
    }

    /// How far a connection has come.
    private enum Phase {
        case disconnected
        /// `onConnected` is running, so that nothing is consumed before it returns.
        case greeting
        /// Ready to consume.
        case ready
        case consuming(tag: String)
    }

    private let settings: ConsumerSettings
    private let shared: Shared<ConsumerState>
    private let work: AsyncStream<Work>.Continuation
    private var state = ConsumerState()
    private var phase = Phase.disconnected
    /// Counts connections.
    ///
    /// Delivery tags mean nothing on the next one, so late verdicts must not reach it.
    private var connection = 0
    private var arrived: Deque<Delivery> = []
    /// The numbers of the batch that is being handled.
    private var running: [UInt64]?
    /// What the handler said and the broker has not been told.
    private var verdicts: [Verdict]?
    /// Whether only one delivery at a time is taken.
    ///
    /// If it kills the process, its neighbours are spared: whatever was prefetched by a crashing consumer counts as an
    /// attempt and would end up in the dead letters with it.
    private var isProbing = true
    /// Whether the running batch was never delivered before.
    ///
    /// As long as there are redeliveries, the one that ended the last process may be among them.
    private var isFresh = false
    private var failure: RabbitMQError?
    private(set) var isAbandoned = false

    init(settings: ConsumerSettings, shared: Shared<ConsumerState>, work: AsyncStream<Work>.Continuation) {
        self.settings = settings
        self.shared = shared
        self.work = work
    }

    let nextDeadline: ContinuousClock.Instant? = nil
    let waitsForRoom = false

    /// A shutdown waits for the batch that is being handled.
    var isFinished: Bool {
        self.isAbandoned || (self.state.isShuttingDown && (self.running == nil || !self.state.isConnected))
    }

    var greeting: @Sendable (inout ConnectionHandle) throws(RabbitMQError) -> QueueState {
        { [settings] connection throws(RabbitMQError) in
            let existing = try connection.inspect(queue: settings.queue)
            try connection.declare(settings.topology)
            return QueueState(wasCreated: existing == nil, messageCount: existing?.messages ?? 0)
        }
    }

    mutating func connected(_ queue: QueueState) {
        self.connection += 1
        self.isProbing = true
        self.phase = .greeting
        self.state.isConnected = true
        self.state.lastError = nil
        self.work.yield(.greet(queue, connection: self.connection))
        self.share()
    }

    mutating func receive(_ command: Command) {
        switch command {
        case .greeted(let connection, let error):
            guard connection == self.connection, case .greeting = self.phase else { return }
            self.failure = error
            self.phase = .ready
        case .handled(let connection, let verdicts):
            if connection == self.connection, self.state.isConnected {
                self.verdicts = verdicts
            } else {
                // The broker has taken the deliveries back and will send them again.
                self.running = nil
            }
        case .pause: self.state.isPaused = true
        case .resume: self.state.isPaused = false
        case .shutDown: self.state.isShuttingDown = true
        case .abandon: self.isAbandoned = true
        }
    }

    mutating func receive(_ event: IncomingEvent) throws(RabbitMQError) {
        switch event {
        case .delivery(let delivery):
            self.arrived.append(delivery)
        case .consumerCancelled:
            // Starting anew from the connection also declares the topology anew.
            throw RabbitMQError(.consumerCancelled, "the broker cancelled the consumer of \(self.settings.queue)")
        case .confirmed, .nacked, .returned, .blocked, .unblocked:
            break
        }
    }

    mutating func advance(_ connection: inout ConnectionHandle) throws(RabbitMQError) {
        if let failure {
            self.failure = nil
            throw failure
        }
        if let running, let verdicts {
            try self.settle(running, verdicts, connection: &connection)
            self.running = nil
            self.verdicts = nil
        }
        guard !self.state.isShuttingDown, !self.state.isPaused else { return self.share() }
        if case .ready = self.phase { try self.consume(&connection) }
        self.startBatch()
        self.share()
    }

    mutating func leave(_ connection: inout ConnectionHandle) throws(RabbitMQError) {
        // What is prefetched goes back when the channel closes. Were the consumer still there, the queue would send it
        // once more to the closing channel, and count that as a second attempt.
        if case .consuming(let tag) = self.phase { try connection.cancelConsumer(tag: tag) }
    }

    mutating func advance(to now: ContinuousClock.Instant) {
        self.state.lastTurn = now
        if !self.state.isConnected { self.share() }
    }

    mutating func disconnected(_ error: RabbitMQError) {
        self.phase = .disconnected
        self.arrived.removeAll()
        // The handler of a running batch is still at work; the next batch waits for it.
        if self.verdicts != nil { self.running = nil }
        self.verdicts = nil
        self.failure = nil
        self.state.isConnected = false
        self.state.failures += 1
        self.state.lastError = error
        self.share()
    }

    mutating func finished(leftovers: [Command]) {
        self.work.finish()
        self.phase = .disconnected
        self.arrived.removeAll()
        self.state.isConnected = false
        self.share()
    }

    /// Hands the next batch over, unless one is being handled.
    private mutating func startBatch() {
        guard self.running == nil, !self.arrived.isEmpty else { return }
        let size = self.isProbing ? 1 : min(self.settings.maxBatch, self.arrived.count)
        let batch = Array(self.arrived.prefix(size))
        self.arrived.removeFirst(size)
        self.running = batch.map(\.deliveryTag)
        self.isFresh = batch.allSatisfy { !$0.isRedelivered }
        self.work.yield(.handle(batch, connection: self.connection))
    }

    private mutating func consume(_ connection: inout ConnectionHandle) throws(RabbitMQError) {
        // A fresh name for each consumer: 3.10.8 stumbles over a name that is cancelled and used again while its
        // deliveries are on their way (RabbitMQ issue 5927).
        let tag = "\(self.connection).\(self.isProbing ? "probe" : "stream")"
        try connection.limitPrefetch(to: self.isProbing ? 1 : self.settings.prefetch)
        do throws(RabbitMQError) {
            try connection.consume(queue: self.settings.queue, tag: tag)
        } catch {
            throw error.code == .timeout ? self.orphaned(error) : error
        }
        self.phase = .consuming(tag: tag)
    }

    /// The broker answers, but not for this queue.
    ///
    /// Either its nodes are away, or it was killed before it had written the queue down; then it never comes back (3.10.8).
    private func orphaned(_ error: RabbitMQError) -> RabbitMQError {
        RabbitMQError(
            .timeout,
            "nobody serves \(self.settings.queue); if the whole broker is up, delete the queue: it is made anew",
            libraryStatus: error.libraryStatus
        )
    }

    private mutating func settle(
        _ tags: [UInt64],
        _ verdicts: [Verdict],
        connection: inout ConnectionHandle
    ) throws(RabbitMQError) {
        if self.isProbing, self.isFresh, verdicts.contains(.done), case .consuming(let tag) = self.phase {
            // A prefetch belongs to a consumer for life, so the next consumer gets the wider one. While the only
            // delivery that the old one may hold is open, nothing more can arrive for it.
            try connection.cancelConsumer(tag: tag)
            self.isProbing = false
            self.phase = .ready
        }
        try connection.settle(verdicts, for: tags)
    }

    private mutating func share() {
        if case .consuming = self.phase { self.state.isConsuming = true } else { self.state.isConsuming = false }
        self.state.buffered = self.arrived.count
        self.shared.value = self.state
    }
}
