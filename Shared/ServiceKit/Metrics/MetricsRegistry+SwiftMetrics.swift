public import CoreMetrics

extension MetricsRegistry: MetricsFactory {
    /// Makes this registry the backend of swift-metrics; once per process.
    public func bootstrap() {
        MetricsSystem.bootstrap(self)
    }

    /// Counts under the label, with `_total` added.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        CounterAdapter(self.counter(label.hasSuffix("_total") ? label : "\(label)_total", labels: dimensions))
    }

    /// A gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        GaugeAdapter(self.gauge(label, labels: dimensions))
    }

    /// A histogram when values are to be aggregated, else a gauge.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate
            ? HistogramAdapter(self.histogram(label, labels: dimensions))
            : GaugeAdapter(self.gauge(label, labels: dimensions))
    }

    /// A histogram of seconds, with `_seconds` added to the label.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        HistogramAdapter(self.histogram("\(label)_seconds", labels: dimensions))
    }

    /// Series live as long as the process.
    public func destroyCounter(_: any CounterHandler) {}

    /// Series live as long as the process.
    public func destroyMeter(_: any MeterHandler) {}

    /// Series live as long as the process.
    public func destroyRecorder(_: any RecorderHandler) {}

    /// Series live as long as the process.
    public func destroyTimer(_: any TimerHandler) {}
}

private final class CounterAdapter: CounterHandler {
    private let counter: Counter

    init(_ counter: Counter) {
        self.counter = counter
    }

    func increment(by amount: Int64) {
        self.counter.increment(by: Double(amount))
    }

    /// Prometheus derives rates from counters that never fall; a reset would look like a restart.
    func reset() {}
}

private final class GaugeAdapter: MeterHandler, RecorderHandler {
    private let gauge: Gauge

    init(_ gauge: Gauge) {
        self.gauge = gauge
    }

    func set(_ value: Int64) { self.gauge.set(Double(value)) }
    func set(_ value: Double) { self.gauge.set(value) }
    func increment(by amount: Double) { self.gauge.add(amount) }
    func decrement(by amount: Double) { self.gauge.add(-amount) }
    func record(_ value: Int64) { self.gauge.set(Double(value)) }
    func record(_ value: Double) { self.gauge.set(value) }
}

private final class HistogramAdapter: RecorderHandler, TimerHandler {
    private let histogram: Histogram

    init(_ histogram: Histogram) {
        self.histogram = histogram
    }

    func record(_ value: Int64) { self.histogram.observe(Double(value)) }
    func record(_ value: Double) { self.histogram.observe(value) }
    func recordNanoseconds(_ duration: Int64) { self.histogram.observe(Double(duration) / 1_000_000_000) }
}
