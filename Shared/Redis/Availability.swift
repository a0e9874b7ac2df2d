/// What one connection believes about its server, and therefore whether a caller may wait for it.
///
/// A caller must never pay for a server of which it is known that it does not answer. So after a failure only one caller
/// at a time is let through, when the back-off is over; whoever comes meanwhile is refused at once.
struct Availability {
    private enum State {
        /// Nothing speaks against the server; so it is at the start, too.
        case trusted
        /// A reconnect is under way.
        case probing(after: RedisError)
        /// Reconnects failed; the next one is due at an instant.
        case down(until: ContinuousClock.Instant, after: RedisError)
    }

    private var state = State.trusted
    /// How many attempts to connect have failed in a row.
    private var failedAttempts = 0

    /// Whether callers are let through.
    var isTrusted: Bool {
        if case .trusted = self.state { true } else { false }
    }

    /// Decides about a caller: `nil` lets it through, an error is what it hears instead.
    mutating func refusal(at now: ContinuousClock.Instant) -> RedisError? {
        switch self.state {
        case .trusted:
            return nil
        case .down(let retry, let error) where now >= retry:
            self.state = .probing(after: error)
            return nil
        case .down(_, let error), .probing(let error):
            return error.causingUnavailability()
        }
    }

    /// Whoever was let through to try has left before anything was tried: the next one may.
    mutating func didAbandonProbe(at now: ContinuousClock.Instant) {
        if case .probing(let error) = self.state { self.state = .down(until: now, after: error) }
    }

    /// The server has answered on a new connection.
    mutating func didConnect() {
        self.state = .trusted
        self.failedAttempts = 0
    }

    /// The connection broke under a round trip: the first reconnect follows immediately.
    mutating func didBreak(_ error: RedisError) {
        self.state = .probing(after: error)
    }

    /// An attempt to connect failed; the jitter is there so that many clients do not come back in step.
    mutating func didFailToConnect(
        _ error: RedisError,
        at now: ContinuousClock.Instant,
        jitter: Double = .random(in: 0.5...1)
    ) {
        let backOff = min(Duration.milliseconds(50 << min(self.failedAttempts, 5)), .seconds(1))
        self.failedAttempts += 1
        self.state = .down(until: now + backOff * jitter, after: error)
    }
}
