internal import NIOCore

/// `GET /gateway/services`.
struct ServiceReport: Encodable {
    struct Service: Encodable {
        let name: String
        /// Of the service as a whole.
        let breaker: String
        let instances: [InstanceState]
        let latencyMs: Latency
    }

    struct InstanceState: Encodable {
        let url: String
        let healthy: Bool
        let breaker: String
        let outstanding: Int
    }

    /// Of the last minute, in milliseconds; absent when nobody asked.
    struct Latency: Encodable {
        let p50: Double?
        let p95: Double?
        let p99: Double?

        init(_ summary: LatencyWindow.Summary) {
            let milliseconds = { (seconds: Double) in
                summary.count == 0 ? nil : (seconds * 100_000).rounded() / 100
            }
            self.p50 = milliseconds(summary.p50)
            self.p95 = milliseconds(summary.p95)
            self.p99 = milliseconds(summary.p99)
        }
    }

    let services: [Service]

    init(_ upstreams: Upstreams) {
        self.services = upstreams.services.map { upstream in
            Service(
                name: upstream.name.rawValue,
                breaker: upstream.breakerState.rawValue,
                instances: upstream.instances.map { instance in
                    InstanceState(
                        url: instance.address.description,
                        healthy: instance.isReady,
                        breaker: instance.breakerState.rawValue,
                        outstanding: instance.load
                    )
                },
                latencyMs: Latency(upstream.latency.summary(at: .now()))
            )
        }
    }
}
