internal import Synchronization

/// All metrics of a process, and their text for Prometheus.
///
/// There is one per process, made at its start. It is also the backend of swift-metrics (``MetricsRegistry/bootstrap()``),
/// so that libraries report into it. Labels must be bounded; a name that grows beyond ``seriesLimit`` combinations counts
/// everything further under the label value `other`, and no memory is lost.
public final class MetricsRegistry: Sendable {
    /// How many label combinations one name may have.
    public static let seriesLimit = 1000
    /// Upper bounds, in seconds, for answers of a service.
    public static let latencyBuckets: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    private struct State {
        var families: [String: MetricFamily] = [:]
        var collectors: [@Sendable (inout MetricsText) -> Void] = []
    }

    private let state = Mutex(State())

    /// A registry without metrics.
    public init() {}

    /// A number that only rises.
    ///
    /// - Parameters:
    ///   - name: Ends with `_total`.
    ///   - help: One sentence for people.
    ///   - labels: Names and values that tell series of this name apart.
    public func counter(_ name: String, _ help: String = "", labels: [(String, String)] = []) -> Counter {
        self.series(name, help, .counter, labels) { Counter() }
    }

    /// A number that rises and falls.
    public func gauge(_ name: String, _ help: String = "", labels: [(String, String)] = []) -> Gauge {
        self.series(name, help, .gauge, labels) { Gauge() }
    }

    /// Counts observations by size.
    ///
    /// - Parameter buckets: Upper bounds, rising; the first call for a name decides.
    public func histogram(
        _ name: String,
        _ help: String = "",
        labels: [(String, String)] = [],
        buckets: [Double] = MetricsRegistry.latencyBuckets
    ) -> Histogram {
        self.series(name, help, .histogram, labels) { Histogram(bounds: buckets) }
    }

    /// Adds numbers that are read when Prometheus asks: sizes of pools, memory, lags.
    public func collect(_ collector: @escaping @Sendable (inout MetricsText) -> Void) {
        self.state.withLock { $0.collectors.append(collector) }
    }

    /// The text of all metrics, in the exposition format 0.0.4.
    public func text() -> String {
        let (families, collectors) = self.state.withLock { ($0.families, $0.collectors) }
        var text = MetricsText()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            text.begin(name, family.help, family.kind)
            for (labels, metric) in family.series.sorted(by: { $0.key < $1.key }) {
                metric.write(name: name, labels: labels, to: &text)
            }
        }
        for collector in collectors { collector(&text) }
        return text.finish()
    }

    private func series<Metric: MetricSeries>(
        _ name: String,
        _ help: String,
        _ kind: MetricKind,
        _ labels: [(String, String)],
        make: () -> Metric
    ) -> Metric {
        let name = MetricsText.name(name)
        return self.state.withLock { state in
            var family = state.families[name] ?? MetricFamily(help: help, kind: kind)
            var key = MetricsText.labels(labels)
            if family.series[key] == nil, family.series.count >= Self.seriesLimit {
                key = MetricsText.labels(labels.map { ($0.0, "other") })
            }
            if let known = family.series[key] as? Metric { return known }
            let metric = make()
            // One name with two kinds is a programming error; the second kind is counted but not exposed.
            guard family.kind == kind else { return metric }
            family.series[key] = metric
            state.families[name] = family
            return metric
        }
    }
}

/// All series of one name.
struct MetricFamily {
    let help: String
    let kind: MetricKind
    var series: [String: any MetricSeries] = [:]
}
