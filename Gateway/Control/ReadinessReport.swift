/// `GET /health/ready`.
struct ReadinessReport: Encodable {
    enum Status: String, Encodable {
        case ready
        case notReady = "not ready"
        case draining
    }

    let status: Status
    let services: [String: Status]

    init(_ upstreams: Upstreams, hasKeys: Bool, isDraining: Bool) {
        self.services = Dictionary(
            uniqueKeysWithValues: upstreams.services.map { upstream in
                (upstream.name.rawValue, upstream.instances.contains { $0.isReady } ? .ready : .notReady)
            }
        )
        let isUseful = hasKeys && self.services.values.contains(.ready)
        self.status = isDraining ? .draining : isUseful ? .ready : .notReady
    }
}
