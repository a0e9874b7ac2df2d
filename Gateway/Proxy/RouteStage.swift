internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit

/// Stage 2: finds the line of the routes file, and what it says about method, size and time.
enum RouteStage {
    static func apply(to exchange: inout Exchange, gateway: GatewayContext) throws(Problem) {
        exchange.routeIndex = gateway.routes.index(of: exchange.head.uri)
        let route = gateway.routes.routes[exchange.routeIndex]
        exchange.deadline = exchange.startedAt + route.timeout
        guard Self.methods.contains(exchange.head.method.rawValue) else { throw .methodNotAllowed(Self.methods) }
        if case .length(let length) = exchange.framing, length > route.maximumBodySize {
            throw .tooLarge(limit: route.maximumBodySize)
        }
    }

    /// Not `TRACE` and not `CONNECT`: they are about connections, which end here.
    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
}

/// A browser's question whether a page from elsewhere may call; the gateway answers it for everybody (GW-7).
enum Preflight {
    static func isOne(_ exchange: borrowing Exchange, settings: AnswerSettings) -> Bool {
        guard exchange.head.method == .OPTIONS, let origin = exchange.origin, settings.allows(origin: origin) else {
            return false
        }
        return exchange.head.headers.contains(name: "access-control-request-method")
    }
}
