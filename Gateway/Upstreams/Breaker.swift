internal import NIOCore

/// A circuit breaker: a value that is told what happened and when, and says whether to go on.
///
/// It opens when at least `failureThreshold` of the recent calls failed and they were at least half of them, so that
/// one error in a hundred never opens it. Open, it lets nobody through for a while that doubles each time, up to
/// the recovery time. Then one call may try, after it a few at a time, and when all went well it closes: what recovers is
/// not run over. A call that takes long keeps the next from trying only for a while: it may be its client who is slow.
///
/// Every instance has one, which turns requests to other instances, and every service, which refuses them.
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
        /// How many probes may be under way once the first has succeeded, and have to succeed before it closes.
        var furtherProbes = 3
    }

    /// What people see.
    enum State: String, Sendable {
        case closed
        case open
        case halfOpen = "half_open"
        /// By an operator, until it is reset.
        case forcedOpen = "forced_open"
        /// By an operator, until it is reset: whatever happens.
        case forcedClosed = "forced_closed"
    }

    /// The right to make one call; it has to be given back with ``record(_:for:at:jitter:)``.
    enum Permit: Sendable, Equatable {
        case regular
        case probe
        /// Against the breaker's advice: there was nobody better. A success is news all the same.
        case lastResort
    }

    /// How a call ended, as far as the instance is to blame.
    enum Outcome: Sendable {
        case success
        /// Connect error, time-out, broken answer, 502, 503 or 504. Not 4xx: those are the caller's.
        case failure
        /// The caller went away before there was anything to learn.
        case unknown
    }

    var policy: Policy
    private(set) var state = State.closed
    /// How often it opened since it was last closed.
    private(set) var openings = 0
    private var opensUntil = NIODeadline.uptimeNanoseconds(0)
    private var probing = 0
    private var probedAt = NIODeadline.uptimeNanoseconds(0)
    private var successes = 0
    private var windowStart = NIODeadline.uptimeNanoseconds(0)
    private var current = Tally()
    private var previous = Tally()

    init(policy: Policy) {
        self.policy = policy
    }

    /// Whether ``acquire(at:)`` would give a permit.
    func permits(at now: NIODeadline) -> Bool {
        switch self.state {
        case .closed, .forcedClosed: true
        case .forcedOpen: false
        case .open: now >= self.opensUntil
        case .halfOpen:
            self.probing < (self.successes == 0 ? 1 : self.policy.furtherProbes)
                || now - self.probedAt >= self.policy.probeTime
        }
    }

    /// Takes the right to make one call.
    mutating func acquire(at now: NIODeadline) -> Permit? {
        guard self.permits(at: now) else { return nil }
        if self.state == .closed || self.state == .forcedClosed { return .regular }
        self.becomeHalfOpen()
        self.probing += 1
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
        switch (permit, self.state) {
        case (.probe, .halfOpen):
            self.probing = max(0, self.probing - 1)
            self.recordProbe(outcome, at: now, jitter: jitter)
        case (.lastResort, .open) where outcome == .success:
            self.becomeHalfOpen()
            self.recordProbe(outcome, at: now, jitter: jitter)
        case (_, .closed) where outcome != .unknown:
            self.recordCall(outcome, at: now, jitter: jitter)
        case _:
            // Late news of before, or an operator knows better.
            break
        }
    }

    /// Lets the next call try at once: something else has seen that the instance answers again.
    mutating func hasten() {
        if self.state == .open { self.becomeHalfOpen() }
    }

    /// Holds it open or closed, whatever happens, until it is reset.
    mutating func force(_ state: State) {
        self.reset()
        self.state = state
    }

    /// Closes it and forgets what was.
    mutating func reset() {
        self = Breaker(policy: self.policy)
    }

    /// How long an open breaker still lets nobody through; zero in the other states.
    func remaining(at now: NIODeadline) -> TimeAmount {
        self.state == .open && now < self.opensUntil ? self.opensUntil - now : .zero
    }

    private mutating func becomeHalfOpen() {
        guard self.state != .halfOpen else { return }
        self.state = .halfOpen
        self.probing = 0
        self.successes = 0
    }

    private mutating func recordProbe(_ outcome: Outcome, at now: NIODeadline, jitter: Double) {
        switch outcome {
        case .success:
            self.successes += 1
            if self.successes > self.policy.furtherProbes { self.reset() }
        case .failure: self.open(at: now, jitter: jitter)
        case .unknown: break
        }
    }

    private mutating func recordCall(_ outcome: Outcome, at now: NIODeadline, jitter: Double) {
        self.turnWindow(to: now)
        self.current.calls += 1
        guard outcome == .failure else { return }
        self.current.failures += 1
        let failures = self.current.failures + self.previous.failures
        let calls = self.current.calls + self.previous.calls
        if failures >= self.policy.failureThreshold, failures * 2 >= calls { self.open(at: now, jitter: jitter) }
    }

    private mutating func open(at now: NIODeadline, jitter: Double) {
        let longest = self.policy.recoveryTime
        let doubled = self.policy.firstRecoveryTime * (1 << min(self.openings, 10))
        let wait = Double(min(doubled, longest).nanoseconds) * (0.8 + 0.2 * jitter)
        self.state = .open
        self.openings += 1
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
