/// Allows one retry for every ten requests, so that an outage is never made worse by a tenth more traffic.
struct RetryBudget {
    /// What a quiet service may spend at once.
    private static let reserve = 10.0
    private var tokens = Self.reserve

    mutating func earn() {
        self.tokens = min(Self.reserve, self.tokens + 0.1)
    }

    /// Whether there is enough for one.
    var isEnough: Bool { self.tokens >= 1 }

    mutating func spend() -> Bool {
        guard self.isEnough else { return false }
        self.tokens -= 1
        return true
    }
}
