/// The generic cell rate algorithm: one number per key says when its budget is whole again (ITU-T I.371).
///
/// A key may spend ``burst`` requests at once and then one per ``interval``. The interval is chosen so that in any
/// minute no more than the limit pass, burst included.
struct GCRA: Sendable, Equatable {
    /// What people are told: so many requests in a minute.
    let limit: Int
    /// How many of them may come at once.
    let burst: Int
    /// Microseconds in which one request is earned back.
    let interval: Int64

    /// Describes a limit.
    ///
    /// - Parameters:
    ///   - perMinute: The most that pass in any minute; at least two.
    ///   - burst: The most that pass at once; less than `perMinute`.
    init(perMinute: Int, burst: Int) {
        self.limit = max(2, perMinute)
        self.burst = max(1, min(burst, self.limit - 1))
        self.interval = max(1, 60_000_000 / Int64(self.limit - self.burst))
    }

    /// Decides about one request.
    ///
    /// - Parameters:
    ///   - arrival: The key's number, in microseconds of the clock that `now` is of; zero for a new key. Changed when
    ///     the request passes.
    ///   - cost: How many requests it counts for; a budget whose burst is smaller takes it when it is whole.
    ///   - now: The time.
    func decide(_ arrival: inout Int64, cost: Int = 1, at now: Int64) -> Verdict {
        let start = max(arrival, now)
        let room = self.interval * Int64(self.burst) - (start - now)
        let price = self.interval * Int64(min(cost, self.burst))
        guard room >= price else {
            let remaining = Int(room / self.interval)
            return Verdict(isAllowed: false, remaining: remaining, reset: start - now, retry: price - room)
        }
        arrival = start + price
        let remaining = Int((room - price) / self.interval)
        return Verdict(isAllowed: true, remaining: remaining, reset: arrival - now, retry: 0)
    }

    /// What comes of one request; times in microseconds.
    struct Verdict: Equatable, Sendable {
        let isAllowed: Bool
        /// How many more may come at once.
        let remaining: Int
        /// Until the whole burst is there again.
        let reset: Int64
        /// Until the next request passes; zero if this one does.
        let retry: Int64
    }
}
