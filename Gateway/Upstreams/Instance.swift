internal import NIOCore
internal import Synchronization

/// One process of a service, as all event loops see it together.
final class Instance: Sendable {
    /// Where it listens.
    let address: InstanceAddress
    /// Position among all instances of all services: the index of its pool in every ``Worker``.
    let index: Int
    /// `host:port`, as requests name it.
    let authority: String

    private let outstanding = Atomic(0)
    private let health = Atomic(Health.unknown)
    private let breaker: Mutex<Breaker>

    init(address: InstanceAddress, index: Int, policy: Breaker.Policy) {
        self.address = address
        self.index = index
        self.authority = address.authority
        self.breaker = Mutex(Breaker(policy: policy))
    }

    /// Requests on their way, over all event loops.
    var load: Int { self.outstanding.load(ordering: .relaxed) }

    /// Whether it said so when it was asked last.
    var isReady: Bool { self.health.load(ordering: .relaxed) == .ready }

    /// What people see of the breaker.
    var breakerState: Breaker.State { self.breaker.withLock { $0.state } }

    /// Whether a request should be sent there now; until it was asked for the first time it has the benefit of the doubt.
    func isAvailable(at now: NIODeadline) -> Bool {
        [.ready, .unknown].contains(self.health.load(ordering: .relaxed))
            && self.breaker.withLock { $0.permits(at: now) }
    }

    /// Whether a request may be tried there when there is nobody better.
    ///
    /// Silence is no proof that an instance is dead: the last one is never taken out for it (GW-1).
    func isWorthTrying(at now: NIODeadline) -> Bool {
        self.health.load(ordering: .relaxed) == .silent && self.breaker.withLock { $0.permits(at: now) }
    }

    /// Takes the breaker's permit for one request and counts the request.
    func acquire(at now: NIODeadline) -> Breaker.Permit? {
        guard let permit = self.breaker.withLock({ $0.acquire(at: now) }) else { return nil }
        self.outstanding.wrappingAdd(1, ordering: .relaxed)
        return permit
    }

    /// The request is over, however it ended.
    ///
    /// ``record(_:for:at:jitter:)`` tells the breaker.
    func release() {
        self.outstanding.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Tells the breaker how a request went.
    func record(_ outcome: Breaker.Outcome, for permit: Breaker.Permit, at now: NIODeadline, jitter: Double) {
        self.breaker.withLock { $0.record(outcome, for: permit, at: now, jitter: jitter) }
    }

    /// Takes over what is known of its readiness.
    ///
    /// - Parameter health: What is known now.
    /// - Returns: Whether that is news.
    func update(_ health: Health) -> Bool {
        let before = self.health.exchange(health, ordering: .relaxed)
        if health == .ready && before != .unknown && before != .ready { self.breaker.withLock { $0.hasten() } }
        return health != before
    }

    /// Closes the breaker.
    func resetBreaker() {
        self.breaker.withLock { $0.reset() }
    }

    /// How long the breaker still refuses.
    func recoveryTime(at now: NIODeadline) -> TimeAmount {
        self.breaker.withLock { $0.remaining(at: now) }
    }
}

/// What is known of an instance's readiness.
enum Health: UInt8, AtomicRepresentable {
    /// It was not asked yet.
    case unknown
    /// It said so.
    case ready
    /// It said so, or refuses connections.
    case notReady
    /// It did not answer in time.
    case silent
}

/// `http://host:port` in its parts.
struct InstanceAddress: Sendable, Hashable, CustomStringConvertible {
    let host: String
    let port: Int

    /// Reads `http://host:port`; `nil` for anything else: the gateway speaks plain HTTP to its own network.
    init?(url: String) {
        guard url.hasPrefix("http://") else { return nil }
        var authority = url.dropFirst("http://".count)
        if authority.last == "/" { authority = authority.dropLast() }
        guard let colon = authority.lastIndex(of: ":"), let port = Int(authority[authority.index(after: colon)...]),
            (1...65535).contains(port), colon > authority.startIndex
        else { return nil }
        let host = authority[..<colon]
        guard !host.contains(where: { "/?#@ ".contains($0) }) else { return nil }
        self.host = host.first == "[" && host.last == "]" ? String(host.dropFirst().dropLast()) : String(host)
        self.port = port
    }

    /// `host:port`, as it stands in a Host header.
    var authority: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }

    /// The URL it was made from.
    var description: String { "http://\(self.authority)" }
}
