internal import NIOCore

/// The circuit breaker of one instance: a value that is told what happened and when, and says whether to go on.
///
/// It opens when at least `failureThreshold` of the recent calls failed and they were at least half of them, so that
/// one error in a hundred never opens it. Open, it lets nobody through for a while that doubles each time, up to
/// the recovery time. Then one call at a time may try; the first that succeeds closes it. A call that takes long keeps the
/// next from trying only for a while: it may be its client who is slow.
struct Breaker: Sendable {
    /// When it opens and for how long.
    struct Policy: Sendable {
        /// The number of recent failures that opens it.
        var failureThreshold = 5
        /// The longest time for which it stays open before the next probe.
        var recoveryTime: TimeAmount = .seconds(60)
        /// How long an open breaker waits the first time.
        var firstRecoveryTime: TimeAmount = .seconds(5)
        /// Half of what "recent" means: calls are counted per half window, and two of them are looked at.
        var halfWindow: TimeAmount = .seconds(5)
        /// How long a probe keeps the next one waiting.
        var probeTime: TimeAmount = .seconds(1)
    }

    /// What people see.
    enum State: String, Sendable {
        case closed
        case open
        case halfOpen = "half_open"
    }

    /// The right to make one call; it has to be given back with ``record(_:for:at:jitter:)``.
    enum Permit: Sendable, Equatable {
        case regular
        case probe
    }

    /// How a call ended, as far as the instance is to blame.
    enum Outcome: Sendable {
        case success
        /// Connect error, time-out, broken answer, 502, 503 or 504. Not 4xx: those are the caller's.
        case failure
        /// The caller went away before there was anything to learn.
        case unknown
    }

    let policy: Policy
    private(set) var state = State.closed
    /// How often it opened since it was last closed.
    private(set) var openings = 0
    private var opensUntil = NIODeadline.uptimeNanoseconds(0)
    private var probedAt: NIODeadline?
    private var windowStart = NIODeadline.uptimeNanoseconds(0)
    private var current = Tally()
    private var previous = Tally()

    init(policy: Policy) {
        self.policy = policy
    }

    /// Whether ``acquire(at:)`` would give a permit.
    func permits(at now: NIODeadline) -> Bool {
        switch self.state {
        case .closed: true
        case .open: now >= self.opensUntil
        case .halfOpen: self.probedAt.map { now - $0 >= self.policy.probeTime } ?? true
        }
    }

    /// Takes the right to make one call.
    mutating func acquire(at now: NIODeadline) -> Permit? {
        guard self.permits(at: now) else { return nil }
        if self.state == .closed { return .regular }
        self.state = .halfOpen
        self.probedAt = now
        return .probe
    }

    /// Tells how the call ended.
    ///
    /// - Parameters:
    ///   - outcome: How.
    ///   - permit: What ``acquire(at:)`` gave.
    ///   - now: When.
    ///   - jitter: 0…1; spreads the next probe over the last fifth of the waiting time.
    mutating func record(_ outcome: Outcome, for permit: Permit, at now: NIODeadline, jitter: Double) {
        if permit == .probe {
            guard self.state == .halfOpen else { return }
            self.probedAt = nil
            switch outcome {
            case .success: self.reset()
            case .failure: self.open(at: now, jitter: jitter)
            case .unknown: break
            }
            return
        }
        guard self.state == .closed, outcome != .unknown else { return }
        self.turnWindow(to: now)
        self.current.calls += 1
        guard outcome == .failure else { return }
        self.current.failures += 1
        let failures = self.current.failures + self.previous.failures
        let calls = self.current.calls + self.previous.calls
        if failures >= self.policy.failureThreshold, failures * 2 >= calls { self.open(at: now, jitter: jitter) }
    }

    /// Lets the next call try at once: something else has seen that the instance answers again.
    mutating func hasten() {
        if self.state == .open { self.state = .halfOpen }
    }

    /// Closes it and forgets what was.
    mutating func reset() {
        self = Breaker(policy: self.policy)
    }

    /// How long an open breaker still lets nobody through; zero in the other states.
    func remaining(at now: NIODeadline) -> TimeAmount {
        self.state == .open && now < self.opensUntil ? self.opensUntil - now : .zero
    }

    private mutating func open(at now: NIODeadline, jitter: Double) {
        let longest = self.policy.recoveryTime
        let doubled = self.policy.firstRecoveryTime * (1 << min(self.openings, 10))
        let wait = Double(min(doubled, longest).nanoseconds) * (0.8 + 0.2 * jitter)
        self.state = .open
        self.openings += 1
        self.probedAt = nil
        self.opensUntil = now + .nanoseconds(Int64(wait))
        self.current = Tally()
        self.previous = Tally()
    }

    private mutating func turnWindow(to now: NIODeadline) {
        let age = now - self.windowStart
        guard age >= self.policy.halfWindow else { return }
        self.previous = age < self.policy.halfWindow * 2 ? self.current : Tally()
        self.current = Tally()
        self.windowStart = now
    }

    private struct Tally {
        var calls = 0
        var failures = 0
    }
}
