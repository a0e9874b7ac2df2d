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
