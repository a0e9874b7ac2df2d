internal import NIOHTTP1

/// A request to one of the gateway's own endpoints: only what they need of it.
struct ControlRequest: Sendable {
    let endpoint: ControlEndpoint
    let method: HTTPMethod
    /// The segments of the path behind the route's prefix.
    let path: [String]
    let headers: HTTPHeaders
    /// The routes that were in force when it came.
    let routes: RoutingTable
    /// Whether the path ends like a YAML file's.
    let isYAML: Bool
    let correlationID: String
    let traceParent: String

    init(_ exchange: borrowing ProxiedExchange, prefix: String, endpoint: ControlEndpoint, routes: RoutingTable) {
        self.isYAML = prefix.hasSuffix(".yaml")
        self.headers = exchange.head.headers
        self.routes = routes
        self.endpoint = endpoint
        self.method = exchange.head.method
        self.path = exchange.head.uri.dropFirst(prefix.count).prefix { $0 != "?" }.split(separator: "/").map(
            String.init
        )
        self.correlationID = exchange.correlationID
        self.traceParent = exchange.traceParent
    }
}
