internal import Synchronization

/// The kinds of metrics that Prometheus knows and we use.
public enum MetricKind: String, Sendable {
    /// Only rises.
    case counter
    /// Rises and falls.
    case gauge
    /// Counts observations by size.
    case histogram
}

/// One metric with fixed labels.
protocol MetricSeries: AnyObject, Sendable {
    func write(name: String, labels: String, to text: inout MetricsText)
}

/// A number that only rises.
public final class Counter: MetricSeries {
    private let number = AtomicNumber()

    /// Adds `amount`, which must not be negative.
    public func increment(by amount: Double = 1) {
        self.number.add(amount)
    }

    /// The number now.
    public var value: Double { self.number.value }

    func write(name: String, labels: String, to text: inout MetricsText) {
        text.sample(name, labels, self.value)
    }
}

/// A number that rises and falls.
public final class Gauge: MetricSeries {
    private let number = AtomicNumber()

    /// Replaces the number.
    public func set(_ value: Double) {
        self.number.set(value)
    }

    /// Adds `amount`, which may be negative.
    public func add(_ amount: Double) {
        self.number.add(amount)
    }

    /// The number now.
    public var value: Double { self.number.value }

    func write(name: String, labels: String, to text: inout MetricsText) {
        text.sample(name, labels, self.value)
    }
}

/// Counts observations by size.
public final class Histogram: MetricSeries {
    private struct State {
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        self.state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// Counts one observation.
    public func observe(_ value: Double) {
        let bucket = self.bounds.firstIndex { value <= $0 } ?? self.bounds.count
        self.state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
        }
    }

    /// Counts a time span, in seconds.
    public func observe(_ duration: Duration) {
        self.observe(duration / .seconds(1))
    }

    func write(name: String, labels: String, to text: inout MetricsText) {
        let state = self.state.withLock { $0 }
        var total: UInt64 = 0
        for (bound, count) in zip(self.bounds.map { MetricsText.number($0) } + ["+Inf"], state.counts) {
            total += count
            text.sample("\(name)_bucket", MetricsText.adding("le", bound, to: labels), Double(total))
        }
        text.sample("\(name)_sum", labels, state.sum)
        text.sample("\(name)_count", labels, Double(total))
    }
}

/// A floating-point number that many threads change at once.
private final class AtomicNumber: Sendable {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: self.bits.load(ordering: .relaxed)) }

    func set(_ value: Double) {
        self.bits.store(value.bitPattern, ordering: .relaxed)
    }

    func add(_ amount: Double) {
        var seen = self.bits.load(ordering: .relaxed)
        while true {
            let wanted = (Double(bitPattern: seen) + amount).bitPattern
            let (exchanged, original) = self.bits.weakCompareExchange(
                expected: seen,
                desired: wanted,
                ordering: .relaxed
            )
            if exchanged { return }
            seen = original
        }
    }
}
