/// All services and their instances.
struct Upstreams: Sendable {
    let services: [Upstream]

    /// Makes the instances; those that are named by a host name are found by ``InstanceDiscovery``.
    ///
    /// - Parameters:
    ///   - addresses: Where the instances of each service listen.
    ///   - policy: When breakers open.
    init(addresses: [ServiceName: [InstanceAddress]], policy: Breaker.Policy) {
        self.services = ServiceName.allCases.map { name in
            let fixed = (addresses[name] ?? []).filter { !$0.needsResolving }
            let instances = fixed.map { Instance(address: $0, policy: policy) }
            return Upstream(name: name, instances: instances, policy: policy)
        }
    }

    subscript(name: ServiceName) -> Upstream {
        // One upstream per case, in the order of the cases.
        self.services[name.index]
    }
}
