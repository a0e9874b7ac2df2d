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

/// `GET /health`, for people: what the health checks, which come every second, have found.
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

        init(_ upstream: Upstream) {
            let ready = upstream.instances.filter(\.isReady).count
            self.status = ready == 0 ? .down : ready < upstream.instances.count ? .degraded : .ok
            let instances = upstream.instances.map { ($0.address.description, $0.isReady ? "ready" : "not ready") }
            self.instances = Dictionary(instances) { first, _ in first }
        }
    }

    let status: Status
    let draining: Bool
    let services: [String: Service]

    init(_ upstreams: Upstreams, isDraining: Bool) {
        self.services = Dictionary(uniqueKeysWithValues: upstreams.services.map { ($0.name.rawValue, Service($0)) })
        self.draining = isDraining
        let all = self.services.values.map(\.status)
        self.status = all.contains(.down) ? .down : all.contains(.degraded) ? .degraded : .ok
    }
}
