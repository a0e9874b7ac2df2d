internal import NIOCore
internal import ServiceKit

/// The states of all services and instances, for Prometheus; read when it asks, since instances come and go.
enum InstanceMetrics {
    static func register(_ upstreams: Upstreams, in metrics: MetricsRegistry) {
        metrics.collect { text in
            let services = upstreams.services.map { (labels: [("service", $0.name.rawValue)], upstream: $0) }
            let instances = services.flatMap { labels, upstream in
                upstream.instances.map { (labels: labels + [("url", $0.address.description)], instance: $0) }
            }
            text.gauges(
                "gateway_instance_ready",
                "1 if the instance is ready.",
                instances.map { ($0.labels, $0.instance.isReady ? 1 : 0) }
            )
            text.gauges(
                "gateway_instance_requests",
                "Requests on their way.",
                instances.map { ($0.labels, Double($0.instance.load)) }
            )
            text.gauges(
                "gateway_breaker_state",
                "0 closed, 1 half open, 2 open, of instances; forced states count as what they force.",
                instances.map { ($0.labels, $0.instance.breakerState.metric) }
            )
            text.gauges(
                "gateway_service_breaker_state",
                "0 closed, 1 half open, 2 open, of services; forced states count as what they force.",
                services.map { ($0.labels, $0.upstream.breakerState.metric) }
            )
            Self.write(services, to: &text)
        }
    }

    private static func write(
        _ services: [(labels: [(String, String)], upstream: Upstream)],
        to text: inout MetricsText
    ) {
        text.gauges(
            "gateway_latency_seconds",
            "Time from the head of a request to the end of its answer, over the last minute.",
            services.flatMap { labels, upstream in
                let summary = upstream.latency.summary(at: .now())
                return [("0.5", summary.p50), ("0.95", summary.p95), ("0.99", summary.p99)].map {
                    (labels + [("quantile", $0.0)], $0.1)
                }
            }
        )
    }
}

extension Breaker.State {
    fileprivate var metric: Double {
        switch self {
        case .closed, .forcedClosed: 0
        case .halfOpen: 1
        case .open, .forcedOpen: 2
        }
    }
}
