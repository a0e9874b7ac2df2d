internal import NIOCore

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
