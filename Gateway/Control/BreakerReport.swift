internal import NIOCore

/// `GET /gateway/breakers`: of each service its own, and those of its instances.
struct BreakerReport: Encodable {
    struct Entry: Encodable {
        let service: String
        /// Of an instance; absent for the service's own.
        let url: String?
        let state: String
        /// Seconds until the next probe; zero unless the breaker is open.
        let retryAfter: Int

        init(_ upstream: Upstream, _ instance: Instance?, at now: NIODeadline) {
            let wait = instance?.recoveryTime(at: now) ?? upstream.recoveryTime(at: now)
            self.service = upstream.name.rawValue
            self.url = instance?.address.description
            self.state = (instance?.breakerState ?? upstream.breakerState).rawValue
            self.retryAfter = Int((wait.nanoseconds + 999_999_999) / 1_000_000_000)
        }
    }

    let breakers: [Entry]

    init(_ upstreams: Upstreams) {
        let now = NIODeadline.now()
        self.breakers = upstreams.services.flatMap { upstream in
            [Entry(upstream, nil, at: now)] + upstream.instances.map { Entry(upstream, $0, at: now) }
        }
    }
}
