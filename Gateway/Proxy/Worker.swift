internal import NIOCore

/// Everything that one event loop owns: its connections, its pools, its share of the bookkeeping.
///
/// Nothing in here is touched from anywhere but the loop, so nothing is locked. It is not `Sendable`, and the compiler
/// holds everybody to that.
final class Worker {
    let eventLoop: any EventLoop
    let gateway: GatewayContext
    let tokens: TokenCache
    let limiter: RateLimiter
    /// Lines of the access log, until the next sweep.
    var logBuffer = ByteBuffer()
    var random = FastRandom()
    /// The time of the last sweep: good enough for time-outs, and free.
    private(set) var roughNow = NIODeadline.now()

    private(set) var isDraining = false
    private var connections: [ObjectIdentifier: ClientConnection] = [:]
    private var pools: [UpstreamPool] = []
    private var budgets: [ServiceName: RetryBudget] = [:]
    private var sweeper: RepeatedTask?

    init(eventLoop: any EventLoop, gateway: GatewayContext) {
        self.eventLoop = eventLoop
        self.gateway = gateway
        self.tokens = TokenCache(
            verifier: gateway.verifier,
            hasKeys: gateway.hasKeys,
            eventLoop: eventLoop
        )
        self.limiter = RateLimiter(shared: gateway.sharedLimits, eventLoop: eventLoop)
        self.pools = gateway.upstreams.instances.map { UpstreamPool(instance: $0, worker: self) }
    }

    /// How often time-outs are looked at.
    ///
    /// All of them are far longer, and one timer per loop is cheaper than one per request.
    static let sweepInterval = TimeAmount.milliseconds(100)

    func start() {
        self.sweeper = self.eventLoop.scheduleRepeatedTask(
            initialDelay: Self.sweepInterval,
            delay: Self.sweepInterval
        ) { [bound = NIOLoopBound(self, eventLoop: self.eventLoop)] _ in
            bound.value.sweep()
        }
    }

    func add(_ connection: ClientConnection) {
        self.connections[ObjectIdentifier(connection)] = connection
    }

    func remove(_ connection: ClientConnection) {
        self.connections[ObjectIdentifier(connection)] = nil
    }

    func pool(of instance: Instance) -> UpstreamPool {
        self.pools[instance.index]
    }

    /// Counts a request to a service towards the retries that it pays for.
    func earnRetry(for service: ServiceName) {
        self.budgets[service, default: RetryBudget()].earn()
    }

    /// Whether one more retry is affordable; then it is spent.
    func spendRetry(for service: ServiceName) -> Bool {
        self.budgets[service, default: RetryBudget()].spend()
    }

    /// Finishes what is under way and lets nothing new begin.
    func drain() {
        self.isDraining = true
        for connection in self.connections.values { connection.drain() }
    }

    /// Ends everything.
    func stop() {
        self.sweeper?.cancel()
        for connection in self.connections.values { connection.abort() }
        for pool in self.pools { pool.close() }
        self.gateway.observer.flush(&self.logBuffer)
    }

    private func sweep() {
        let now = NIODeadline.now()
        self.roughNow = now
        for connection in self.connections.values { connection.sweep(at: now) }
        for pool in self.pools { pool.sweep(at: now) }
        self.gateway.observer.flush(&self.logBuffer)
    }
}
