internal import FoundationEssentials
internal import NIOCore

/// `GET /gateway/services`.
struct ServiceReport: Encodable {
    struct Service: Encodable {
        let name: String
        let instances: [InstanceState]
    }

    struct InstanceState: Encodable {
        let url: String
        let healthy: Bool
        let breaker: String
        let outstanding: Int
    }

    let services: [Service]

    init(_ upstreams: Upstreams) {
        self.services = upstreams.services.map { upstream in
            Service(
                name: upstream.name.rawValue,
                instances: upstream.instances.map { instance in
                    InstanceState(
                        url: instance.address.description,
                        healthy: instance.isReady,
                        breaker: instance.breakerState.rawValue,
                        outstanding: instance.load
                    )
                }
            )
        }
    }
}

/// `GET /gateway/breakers`.
struct BreakerReport: Encodable {
    struct Entry: Encodable {
        let service: String
        let url: String
        let state: String
        /// Seconds until the next probe; zero unless the breaker is open.
        let retryAfter: Int
    }

    let breakers: [Entry]

    init(_ upstreams: Upstreams) {
        let now = NIODeadline.now()
        self.breakers = upstreams.services.flatMap { upstream in
            upstream.instances.map { instance in
                Entry(
                    service: upstream.name.rawValue,
                    url: instance.address.description,
                    state: instance.breakerState.rawValue,
                    retryAfter: Int((instance.recoveryTime(at: now).nanoseconds + 999_999_999) / 1_000_000_000)
                )
            }
        }
    }
}

/// `GET /health`: every instance is asked now, all at once.
struct HealthReport: Encodable {
    enum Status: String, Encodable {
        /// Everything answers.
        case ok
        /// Something does not, but every service can be used.
        case degraded
        /// A service can not be used.
        case down
    }

    struct Service: Encodable {
        let status: Status
        let instances: [String: String]
    }

    let status: Status
    let draining: Bool
    let services: [String: Service]

    init(_ upstreams: Upstreams, client: InternalClient, isDraining: Bool) async {
        let states = await client.readiness(of: upstreams.instances)
        var services: [String: Service] = [:]
        for upstream in upstreams.services {
            let ready = upstream.instances.filter { states[$0.address] == true }
            let status: Status = ready.isEmpty ? .down : ready.count < upstream.instances.count ? .degraded : .ok
            let instances = upstream.instances.map {
                ($0.address.description, states[$0.address] == true ? "ready" : "not ready")
            }
            services[upstream.name.rawValue] = Service(
                status: status,
                instances: Dictionary(instances) { first, _ in first }
            )
        }
        self.services = services
        self.draining = isDraining
        let all = services.values.map(\.status)
        self.status = all.contains(.down) ? .down : all.contains(.degraded) ? .degraded : .ok
    }
}
