internal import NIOCore
internal import Synchronization

/// One process of a service, as all event loops see it together.
final class Instance: Sendable {
    /// How long an instance that has just come, or come back, gets less than its share, which grows all the while: its
    /// caches and pools are cold.
    static let warmUpTime = TimeAmount.seconds(10)

    /// Where it listens.
    let address: InstanceAddress
    /// `host:port`, as requests name it.
    let authority: String

    private let outstanding = Atomic(0)
    private let health = Atomic(InstanceHealth.unknown)
    /// When it began to warm up, in nanoseconds of `NIODeadline`; zero if it is warm.
    private let startedAt: Atomic<UInt64>
    private let breaker: Mutex<Breaker>

    /// - Parameters:
    ///   - address: Where it listens.
    ///   - policy: When its breaker opens.
    ///   - startedAt: When it joined others that serve already; `nil` if it is warm.
    init(address: InstanceAddress, policy: Breaker.Policy, startedAt: NIODeadline? = nil) {
        self.address = address
        self.authority = address.authority
        self.breaker = Mutex(Breaker(policy: policy))
        self.startedAt = Atomic(startedAt?.uptimeNanoseconds ?? 0)
    }

    /// Requests on their way, over all event loops.
    var load: Int { self.outstanding.load(ordering: .relaxed) }

    /// Whether it said so when it was asked last.
    var isReady: Bool { self.health.load(ordering: .relaxed) == .ready }

    /// Whether it has been found unable to serve: what waits for an answer of it had better ask another one.
    var isLost: Bool { self.health.load(ordering: .relaxed) == .unavailable }

    /// What people see of the breaker.
    var breakerState: Breaker.State { self.breaker.withLock { $0.state } }

    /// How much of its share it gets: 1, and less while it warms up.
    func warmth(at now: NIODeadline) -> Double {
        let start = self.startedAt.load(ordering: .relaxed)
        guard start > 0, now.uptimeNanoseconds > start else { return start > 0 ? 0 : 1 }
        let warmth = Double(now.uptimeNanoseconds - start) / Double(Self.warmUpTime.nanoseconds)
        // Once warm it need not be worked out again.
        if warmth >= 1 { self.startedAt.store(0, ordering: .relaxed) }
        return min(1, warmth)
    }

    /// Whether a request should be sent there now; until it was asked for the first time it has the benefit of the doubt.
    func isAvailable(at now: NIODeadline) -> Bool {
        [.ready, .unknown].contains(self.health.load(ordering: .relaxed))
            && self.breaker.withLock { $0.permits(at: now) }
    }

    /// Whether a request may be tried there when there is nobody better.
    ///
    /// What is not ready may only be overloaded, and if all of a service's instances are, most requests still succeed;
    /// to try none would turn the overload into an outage. Nor is the last instance given up for its breaker's sake:
    /// whether the service is to rest says the service's own. One that stops is the exception: it knows better.
    var isWorthTrying: Bool { self.health.load(ordering: .relaxed) != .draining }

    /// Takes the breaker's permit for one request and counts the request.
    func acquire(at now: NIODeadline) -> Breaker.Permit {
        self.outstanding.wrappingAdd(1, ordering: .relaxed)
        return self.breaker.withLock { $0.acquire(at: now) } ?? .lastResort
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
        if health == .ready && before != .unknown && before != .ready {
            self.breaker.withLock { $0.hasten() }
            self.startedAt.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
        }
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
