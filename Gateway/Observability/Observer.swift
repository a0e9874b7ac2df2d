internal import NIOCore
internal import ServiceKit

/// Sees every request end: counts it and writes its line into the access log.
final class Observer: Sendable {
    /// The series of one route, made at the start: on the way of a request nothing is looked up by name.
    private struct Series: Sendable {
        /// By the hundreds of the status; 0 stands for clients that left.
        let requests: [Counter]
        let seconds: Histogram
    }

    private static let statusClasses = ["aborted", "1xx", "2xx", "3xx", "4xx", "5xx"]
    private static let buckets: [Double] = [0.00025, 0.0005] + MetricsRegistry.latencyBuckets

    private let series: [Series]
    private let retries: Counter
    private let accessLog: AccessLog?

    /// - Parameters:
    ///   - routes: All routes; each gets its series.
    ///   - metrics: Where they are kept.
    ///   - accessLog: `nil` writes none.
    init(routes: RoutingTable, metrics: MetricsRegistry, accessLog: AccessLog?) {
        self.accessLog = accessLog
        self.series = routes.routes.map { route in
            let labels = [("route", route.label), ("service", route.destination.label)]
            return Series(
                requests: Self.statusClasses.map { status in
                    metrics.counter(
                        "gateway_requests_total",
                        "Requests by outcome.",
                        labels: labels + [("status", status)]
                    )
                },
                seconds: metrics.histogram(
                    "gateway_request_seconds",
                    "Time from the head of a request to the end of its answer.",
                    labels: labels,
                    buckets: Self.buckets
                )
            )
        }
        self.retries = metrics.counter("gateway_retries_total", "Requests that were tried a second time.")
    }

    /// A request is over.
    func finished(_ exchange: borrowing ProxiedExchange, route: GatewayRoute, worker: Worker) {
        let series = self.series[exchange.routeIndex]
        let duration = NIODeadline.now() - exchange.startedAt
        let statusClass = exchange.isAborted ? 0 : min(max(exchange.status / 100, 1), 5)
        series.requests[statusClass].increment()
        series.seconds.observe(Double(duration.nanoseconds) / 1_000_000_000)
        if exchange.attempts > 1 { self.retries.increment() }
        if let accessLog { accessLog.write(exchange, duration: duration, into: &worker.logBuffer) }
    }

    /// Takes what a worker has collected.
    func flush(_ buffer: inout ByteBuffer) {
        guard buffer.readableBytes > 0, let accessLog else { return }
        accessLog.flush(buffer)
        buffer.clear()
    }
}

extension GatewayRoute {
    /// The route in a metric: what nobody routes has no path of its own, or anybody could make new series.
    fileprivate var label: String {
        self.destination == .gateway(.unknownPath) ? "unknown" : self.prefix
    }
}

extension GatewayRoute.Destination {
    fileprivate var label: String {
        switch self {
        case .service(let name): name.rawValue
        case .gateway: "gateway"
        }
    }
}
