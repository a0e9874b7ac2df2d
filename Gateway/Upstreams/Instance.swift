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
    private let health = Atomic(InstanceHealth.unknown)
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
    /// What is not ready may only be overloaded, and if all of a service's instances are, most requests still succeed;
    /// to try none would turn the overload into an outage. One that stops is the exception: it knows better.
    func isWorthTrying(at now: NIODeadline) -> Bool {
        self.health.load(ordering: .relaxed) != .draining && self.breaker.withLock { $0.permits(at: now) }
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
    func update(_ health: InstanceHealth) -> Bool {
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
