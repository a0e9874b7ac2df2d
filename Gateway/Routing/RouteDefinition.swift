internal import NIOCore

/// One line of `routes.yaml`: whom a path belongs to and what the gateway asks of its callers.
struct RouteDefinition: Sendable {
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
    enum Access: String, CaseIterable, Decodable, Sendable {
        /// Nothing. `Authorization` is passed on without being looked at: it may be no access token at all.
        case open
        /// A valid access token.
        case token
        /// A valid access token of an administrator.
        case administrator
        /// The same, but nothing on this machine and in its private network: there are whoever scrapes and operates.
        case insider
    }

    /// The path, or the beginning of the path up to a slash; `*` stands for any one segment.
    let path: String
    let destination: Destination
    let access: Access
    let limit: LimitClass
    /// How many requests' worth of the budget one request spends.
    let cost: Int
    /// The longest request body in bytes; more is 413.
    let maximumBodySize: Int
    /// The time from the head of the request to the head of the answer; more is 503.
    let timeout: TimeAmount
    /// Whether identical GETs that arrive while one is under way share its answer.
    let isCoalesced: Bool
    /// Whether the answer may pause for minutes.
    let isStream: Bool
    /// Whether the connection may become a WebSocket.
    let allowsUpgrade: Bool

    init(
        _ path: String,
        _ destination: Destination,
        _ access: Access,
        _ limit: LimitClass = .general,
        cost: Int = 1,
        maximumBodySize: Int = 1 << 20,
        timeout: TimeAmount = .seconds(10),
        isCoalesced: Bool = false,
        isStream: Bool = false,
        allowsUpgrade: Bool = false
    ) {
        self.path = path
        self.destination = destination
        self.access = access
        self.limit = limit
        self.cost = cost
        self.maximumBodySize = maximumBodySize
        self.timeout = timeout
        self.isCoalesced = isCoalesced
        self.isStream = isStream
        self.allowsUpgrade = allowsUpgrade
    }
}
