internal import Synchronization

/// Counts and times requests by route template.
final class HTTPMetrics: Sendable {
    private struct Key: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private struct Series {
        let requests: Counter
        let duration: Histogram
    }

    private let registry: MetricsRegistry
    /// Series are looked up in the registry once: that builds texts, this does not.
    private let series = Mutex<[Key: Series]>([:])

    init(registry: MetricsRegistry) {
        self.registry = registry
    }

    func record(_ exchange: Exchange, status: Int, _ duration: Duration) {
        let key = Key(route: exchange.routeLabel, method: exchange.methodLabel, status: status)
        let series = self.series.withLock { known in
            if let series = known[key] { return series }
            let series = self.make(key)
            known[key] = series
            return series
        }
        series.requests.increment()
        series.duration.observe(duration)
    }

    private func make(_ key: Key) -> Series {
        let labels = [("route", key.route), ("method", key.method)]
        return Series(
            requests: self.registry.counter(
                "http_requests_total",
                "Requests served, by route template, method and status.",
                labels: labels + [("status", String(key.status))]
            ),
            duration: self.registry.histogram(
                "http_request_duration_seconds",
                "Time from the head of a request to the head of its answer.",
                labels: labels
            )
        )
    }
}
