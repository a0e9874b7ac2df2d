/// How long to wait before the next attempt: doubling, between two limits, jittered so that clients spread out.
struct Backoff {
    private let limits: ClosedRange<Duration>
    private var current: Duration

    init(_ limits: ClosedRange<Duration>) {
        self.limits = limits
        self.current = limits.lowerBound
    }

    /// The next wait, between half and the whole of what has doubled so far.
    mutating func next() -> Duration {
        defer { self.current = min(self.current * 2, self.limits.upperBound) }
        return self.current * Double.random(in: 0.5...1)
    }

    mutating func reset() {
        self.current = self.limits.lowerBound
    }
}
