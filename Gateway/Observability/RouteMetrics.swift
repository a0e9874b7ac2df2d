internal import NIOCore
internal import ServiceKit

/// The series of one route, made when the route comes into force: on the way of a request nothing is looked up by name.
struct RouteMetrics: Sendable {
    private static let outcomes = ["aborted", "1xx", "2xx", "3xx", "4xx", "5xx"]
    private static let buckets: [Double] = [0.00025, 0.0005] + MetricsRegistry.latencyBuckets

    /// By the hundreds of the status; 0 stands for clients that left.
    private let requests: [Counter]
    private let seconds: Histogram

    init(_ route: RouteDefinition, metrics: MetricsRegistry) {
        let labels = [("route", route.label), ("service", route.destination.label)]
        self.requests = Self.outcomes.map { outcome in
            metrics.counter("gateway_requests_total", "Requests by outcome.", labels: labels + [("status", outcome)])
        }
        self.seconds = metrics.histogram(
            "gateway_request_seconds",
            "Time from the head of a request to the end of its answer.",
            labels: labels,
            buckets: Self.buckets
        )
    }

    /// Counts a request that is over.
    func count(status: Int, isAborted: Bool, duration: TimeAmount) {
        self.requests[isAborted ? 0 : min(max(status / 100, 1), 5)].increment()
        self.seconds.observe(Double(duration.nanoseconds) / 1_000_000_000)
    }
}

extension RouteDefinition {
    /// The route in a metric: what nobody routes has no path of its own, or anybody could make new series.
    fileprivate var label: String {
        self.destination == .gateway(.unknownPath) ? "unknown" : self.path
    }
}

extension RouteDefinition.Destination {
    fileprivate var label: String {
        switch self {
        case .service(let name): name.rawValue
        case .gateway: "gateway"
        }
    }
}
