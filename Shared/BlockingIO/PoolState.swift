/// The decisions of a connection pool, without locks, waiting or I/O: events go in, actions come out.
///
/// There are `size` permits. Whoever holds one uses a connection: an idle one if there is any, otherwise one that the
/// holder opens itself. A permit given back goes to the first waiter or to the shelf, so none is ever lost and no waiter
/// is ever forgotten.
struct PoolState<Connection: Sendable>: Sendable {
    /// What the holder of a permit does with it.
    enum Grant: Sendable {
        case use(Connection, idleSince: ContinuousClock.Instant)
        case connect
    }

    enum Decision: Sendable {
        case granted(Grant)
        case wait
        case refused(any Error)
    }

    /// Set while connecting fails: callers are then refused at once instead of each waiting for its own failure, and one
    /// at a time tries again after a growing pause.
    private struct Outage: Sendable {
        let error: any Error
        let failures: Int
        let retryAt: ContinuousClock.Instant
        var isProbed = false
    }

    private let configuration: PoolConfiguration
    private var idle: [(connection: Connection, since: ContinuousClock.Instant)] = []
    private var permits: Int
    private var lent = 0
    private var outage: Outage?
    private(set) var isClosed = false
    private var timeouts = 0
    private var opened = 0
    private var lost = 0

    init(configuration: PoolConfiguration) {
        self.configuration = configuration
        self.permits = configuration.size
    }

    func statistics(waiting: Int) -> PoolStatistics {
        PoolStatistics(
            size: self.configuration.size,
            idle: self.idle.count,
            inUse: self.configuration.size - self.permits,
            waiting: waiting,
            timeouts: self.timeouts,
            opened: self.opened,
            lost: self.lost
        )
    }

    mutating func acquire(waiting: Int, now: ContinuousClock.Instant) -> Decision {
        guard !self.isClosed else { return .refused(PoolError.closed) }
        if let grant = self.takePermit(now: now) { return .granted(grant) }
        // During an outage somebody else's working connection may still come back; without one there is no hope.
        if let outage = self.outage, self.lent == 0 { return .refused(outage.error) }
        guard waiting < self.configuration.maxWaiters else {
            self.timeouts += 1
            return .refused(PoolError.exhausted)
        }
        return .wait
    }

    mutating func connected() {
        self.outage = nil
        self.opened += 1
        self.lent += 1
    }

    mutating func connectFailed(_ error: any Error, now: ContinuousClock.Instant) {
        let failures = (self.outage?.failures ?? 0) + 1
        let pause = Duration.milliseconds(50 << min(failures, 5))
        self.outage = Outage(error: error, failures: failures, retryAt: now + pause)
        self.permits += 1
    }

    mutating func returned(_ connection: Connection, isReusable: Bool, now: ContinuousClock.Instant) {
        self.lent -= 1
        self.permits += 1
        if isReusable && !self.isClosed {
            self.idle.append((connection, now))
        } else {
            self.lost += isReusable ? 0 : 1
        }
    }

    mutating func waitedTooLong() {
        self.timeouts += 1
    }

    /// Marks the pool closed and empties the shelf.
    mutating func close() {
        self.isClosed = true
        self.idle.removeAll()
    }

    /// What the first waiter gets now; `nil` if it goes on waiting.
    mutating func nextForWaiter(now: ContinuousClock.Instant) -> Result<Grant, any Error>? {
        if self.isClosed { return .failure(PoolError.closed) }
        if let grant = self.takePermit(now: now) { return .success(grant) }
        if let outage = self.outage, self.lent == 0 { return .failure(outage.error) }
        return nil
    }

    private mutating func takePermit(now: ContinuousClock.Instant) -> Grant? {
        guard self.permits > 0 else { return nil }
        // The connection that was used last is the one most likely alive, with warm prepared statements.
        if let last = self.idle.popLast() {
            self.permits -= 1
            self.lent += 1
            return .use(last.connection, idleSince: last.since)
        }
        if let outage = self.outage {
            guard now >= outage.retryAt, !outage.isProbed else { return nil }
            self.outage?.isProbed = true
        }
        self.permits -= 1
        return .connect
    }
}
