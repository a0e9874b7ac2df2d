internal import NIOCore
internal import Synchronization

/// Counts in this process, while Redis does not answer.
final class LocalLimiter: Sendable {
    private let limits: [GCRA]
    private let capacity: Int
    private let arrivals = Mutex<[LimitBudget: Int64]>([:])

    /// - Parameters:
    ///   - limits: One per class, in the order of the cases.
    ///   - capacity: How many budgets are remembered.
    init(limits: [GCRA], capacity: Int = 50_000) {
        self.limits = limits
        self.capacity = capacity
    }

    func decide(_ budget: LimitBudget, cost: Int = 1, at now: NIODeadline) -> GCRA.Verdict {
        let now = Int64(now.uptimeNanoseconds / 1000)
        return self.arrivals.withLock { arrivals in
            if arrivals.count >= self.capacity { self.makeRoom(&arrivals, at: now) }
            return self.limits[budget.limitClass.index].decide(&arrivals[budget, default: 0], cost: cost, at: now)
        }
    }

    /// Forgets what is whole again, and under a flood from everywhere the quarter that is nearest to it: new keys must
    /// not buy anybody a new budget.
    private func makeRoom(_ arrivals: inout [LimitBudget: Int64], at now: Int64) {
        arrivals = arrivals.filter { $0.value > now }
        let surplus = arrivals.count - self.capacity * 3 / 4
        guard surplus > 0 else { return }
        for (budget, _) in arrivals.sorted(by: { $0.value < $1.value }).prefix(surplus) { arrivals[budget] = nil }
    }
}
