internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit

/// Stage 2: finds the route, and what it says about method, size and time.
enum FindRoute {
    static func apply(to exchange: inout ProxiedExchange, routes: RoutingTable) throws(Problem) {
        exchange.route = routes.route(for: exchange.head.uri)
        let route = exchange.route.definition
        exchange.deadline = exchange.startedAt + route.timeout
        exchange.wantsWebSocket = exchange.wantsWebSocket && route.allowsUpgrade
        guard Self.methods.contains(exchange.head.method.rawValue) else { throw .methodNotAllowed(Self.methods) }
        if case .length(let length) = exchange.framing, length > route.maximumBodySize {
            throw .tooLarge(limit: route.maximumBodySize)
        }
    }

    /// Not `TRACE` and not `CONNECT`: they are about connections, which end here.
    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
}
