/// All services and their instances.
struct Upstreams: Sendable {
    let services: [Upstream]
    /// The instances of all services, each at its ``Instance/index``.
    let instances: [Instance]

    /// Makes the instances.
    ///
    /// - Parameters:
    ///   - addresses: Where the instances of each service listen.
    ///   - policy: When their breakers open.
    init(addresses: [ServiceName: [InstanceAddress]], policy: Breaker.Policy) {
        var instances: [Instance] = []
        self.services = ServiceName.allCases.map { name in
            let own = (addresses[name] ?? []).enumerated().map { offset, address in
                Instance(address: address, index: instances.count + offset, policy: policy)
            }
            instances += own
            return Upstream(name: name, instances: own)
        }
        self.instances = instances
    }

    subscript(name: ServiceName) -> Upstream {
        // One upstream per case, in the order of the cases.
        self.services[name.index]
    }
}
