internal import NIOCore

/// One line of `Routes.swift`: whom a path prefix belongs to and what the gateway asks of its callers.
struct GatewayRoute: Sendable {
    /// Who answers.
    enum Destination: Hashable, Sendable {
        /// One instance of a service.
        case service(ServiceName)
        /// The gateway itself.
        case gateway(ControlEndpoint)
    }

    /// What a caller has to show before the request goes any further.
    ///
    /// The service checks again, and more.
    enum Access: Sendable {
        /// Nothing. `Authorization` is passed on without being looked at: it may be no access token at all.
        case open
        /// A valid access token.
        case token
        /// A valid access token of an administrator.
        case administrator
        /// The same, but nothing on this machine and in its private network: there are whoever scrapes and operates.
        case insider
    }

    /// The path, or the beginning of the path up to a slash.
    let prefix: String
    let destination: Destination
    let access: Access
    let limit: LimitClass
    /// The longest request body in bytes; more is 413.
    let maximumBodySize: Int
    /// The time from the first byte of the request to the first byte of the answer; more is 504.
    let timeout: TimeAmount

    init(
        _ prefix: String,
        _ destination: Destination,
        _ access: Access,
        _ limit: LimitClass = .general,
        maximumBodySize: Int = 1 << 20,
        timeout: TimeAmount = .seconds(10)
    ) {
        self.prefix = prefix
        self.destination = destination
        self.access = access
        self.limit = limit
        self.maximumBodySize = maximumBodySize
        self.timeout = timeout
    }
}
