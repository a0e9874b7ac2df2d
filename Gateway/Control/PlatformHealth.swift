/// `GET /health`, for everybody: what the health checks, which come every second, have found.
///
/// How many instances there are, and where, is nobody's business but the operators': they ask `/gateway/services`.
struct PlatformHealth: Encodable {
    enum Status: String, Encodable {
        /// Everything answers.
        case ok
        /// Something does not, but every service can be used.
        case degraded
        /// A service can not be used.
        case down

        init(_ upstream: Upstream) {
            let ready = upstream.instances.filter(\.isReady).count
            self = ready == 0 ? .down : ready < upstream.instances.count ? .degraded : .ok
        }
    }

    let status: Status
    let draining: Bool
    let services: [String: Status]

    init(_ upstreams: Upstreams, isDraining: Bool) {
        self.services = Dictionary(uniqueKeysWithValues: upstreams.services.map { ($0.name.rawValue, Status($0)) })
        self.draining = isDraining
        let all = self.services.values
        self.status = all.contains(.down) ? .down : all.contains(.degraded) ? .degraded : .ok
    }
}
