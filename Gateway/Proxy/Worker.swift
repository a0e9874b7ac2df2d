internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1

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

    /// The routes in force.
    private(set) var routes: RoutingTable
    /// Requests that others may share the answer of.
    var flights: [Flight.Key: Flight] = [:]
    /// Requests that have begun and not ended.
    var requestsUnderWay = 0
    /// Whether every answer says that the connection ends with it.
    private(set) var isLeaving = false
    private(set) var isDraining = false
    private let noHead = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
    private var lag = TimeAmount.zero
    private var connections: [ObjectIdentifier: ClientConnection] = [:]
    private var multiplexed: [ObjectIdentifier: MultiplexedConnection] = [:]
    private var pools: [ObjectIdentifier: UpstreamPool] = [:]
    private var budgets: [ServiceName: RetryBudget] = [:]
    private var sweeper: RepeatedTask?

    init(eventLoop: any EventLoop, gateway: GatewayContext) {
        self.eventLoop = eventLoop
        self.gateway = gateway
        self.routes = gateway.routes
        self.tokens = TokenCache(context: gateway.authentication, eventLoop: eventLoop)
        self.limiter = RateLimiter(shared: gateway.sharedLimits, eventLoop: eventLoop)
    }

    /// Where requests go that have no route.
    var unknownRoute: GatewayRoute { self.routes.unknown }

    /// What a connection has while nothing is under way.
    func noExchange(for peer: ClientAddress) -> ProxiedExchange {
        ProxiedExchange(head: self.noHead, client: peer, route: self.unknownRoute, startedAt: self.roughNow)
    }

    /// Whether more is asked than can be done in time.
    ///
    /// A loop that is late with few requests is late for another reason, a machine that does something else: to refuse
    /// them would help nobody.
    var isOverloaded: Bool {
        let limits = self.gateway.limits
        return self.requestsUnderWay > limits.maximumRequestsUnderWay
            || self.lag > limits.maximumLag && self.requestsUnderWay > limits.maximumRequestsUnderWay / 8
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

    /// - Returns: Whether the connection is new; some are told twice that they have begun.
    func add(_ connection: ClientConnection) -> Bool {
        self.connections.updateValue(connection, forKey: ObjectIdentifier(connection)) == nil
    }

    func add(_ connection: MultiplexedConnection) {
        self.multiplexed[ObjectIdentifier(connection)] = connection
    }

    func remove(_ connection: MultiplexedConnection) {
        self.multiplexed[ObjectIdentifier(connection)] = nil
    }

    /// Requests that begin from now on take these routes; those under way stay on theirs.
    func follow(_ routes: RoutingTable) {
        self.routes = routes
    }

    /// Tokens of these sessions are worth nothing any more, nor what was opened with them and stays open.
    func end(_ sessions: Set<UUID>) {
        self.tokens.forget(sessions)
        for connection in self.connections.values { connection.end(sessions) }
    }

    func remove(_ connection: ClientConnection) {
        self.connections[ObjectIdentifier(connection)] = nil
    }

    func pool(of instance: Instance) -> UpstreamPool {
        let id = ObjectIdentifier(instance)
        if let pool = self.pools[id] { return pool }
        let pool = UpstreamPool(instance: instance, worker: self)
        self.pools[id] = pool
        return pool
    }

    /// Counts a request to a service towards the retries that it pays for.
    func earnRetry(for service: ServiceName) {
        self.budgets[service, default: RetryBudget()].earn()
    }

    /// Whether one more retry is affordable.
    func affordsRetry(for service: ServiceName) -> Bool {
        self.budgets[service, default: RetryBudget()].isEnough
    }

    /// The same; then it is spent.
    func spendRetry(for service: ServiceName) -> Bool {
        self.budgets[service, default: RetryBudget()].spend()
    }

    /// Serves whoever comes, and sends every client elsewhere with the answer.
    func leave() {
        self.isLeaving = true
        for connection in self.connections.values { connection.leave() }
        for connection in self.multiplexed.values { connection.leave() }
    }

    /// Finishes what is under way and lets nothing new begin.
    func drain() {
        self.leave()
        self.isDraining = true
        for connection in self.connections.values { connection.drain() }
        for connection in self.multiplexed.values { connection.drain() }
    }

    /// Ends everything.
    func stop() {
        self.sweeper?.cancel()
        for connection in self.connections.values { connection.abort() }
        for connection in self.multiplexed.values { connection.close() }
        for pool in self.pools.values { pool.close() }
        self.gateway.observer.flush(&self.logBuffer)
    }

    private func sweep() {
        let now = NIODeadline.now()
        self.lag = now - self.roughNow - Self.sweepInterval
        self.roughNow = now
        for connection in self.connections.values { connection.sweep(at: now) }
        for connection in self.multiplexed.values { connection.sweep(at: now) }
        for (id, pool) in self.pools {
            pool.sweep(at: now)
            // Of an instance that has gone for good.
            if pool.isEmpty { self.pools[id] = nil }
        }
        self.gateway.observer.flush(&self.logBuffer)
    }
}
