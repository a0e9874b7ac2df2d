internal import ServiceKit

/// The states of all instances, for Prometheus.
struct InstanceMetrics: Sendable {
    private struct Series: Sendable {
        let instance: Instance
        let ready: Gauge
        let requests: Gauge
        let breaker: Gauge
    }

    private let series: [Series]

    init(upstreams: Upstreams, metrics: MetricsRegistry) {
        self.series = upstreams.services.flatMap { upstream in
            upstream.instances.map { instance in
                let labels = [("service", upstream.name.rawValue), ("url", instance.address.description)]
                return Series(
                    instance: instance,
                    ready: metrics.gauge("gateway_instance_ready", "1 if the instance is ready.", labels: labels),
                    requests: metrics.gauge("gateway_instance_requests", "Requests on their way.", labels: labels),
                    breaker: metrics.gauge("gateway_breaker_state", "0 closed, 1 half open, 2 open.", labels: labels)
                )
            }
        }
    }

    /// Takes the states over, just before they are read.
    func update() {
        for series in self.series {
            series.ready.set(series.instance.isReady ? 1 : 0)
            series.requests.set(Double(series.instance.load))
            series.breaker.set(series.instance.breakerState.metric)
        }
    }
}

extension Breaker.State {
    fileprivate var metric: Double {
        switch self {
        case .closed: 0
        case .halfOpen: 1
        case .open: 2
        }
    }
}
