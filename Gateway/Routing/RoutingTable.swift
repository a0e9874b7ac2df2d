internal import ServiceKit

/// All routes of the platform; replaced as a whole.
final class RoutingTable: Sendable {
    let routes: [GatewayRoute]
    private let tree: RouteTree
    /// Where requests go that have no route.
    let unknown: GatewayRoute
    /// Where requests go that get their answer without being asked anything: limited generously, and by this gateway alone.
    let unasked: GatewayRoute

    /// Checks the routes and puts them in force.
    ///
    /// - Parameters:
    ///   - definitions: In any order.
    ///   - metrics: Where their requests are counted.
    init(_ definitions: [RouteDefinition], metrics: MetricsRegistry) throws(RoutingTableError) {
        var tree = RouteTree()
        for (index, route) in definitions.enumerated() {
            guard Self.isPath(route.path) else { throw .notAPath(route.path) }
            guard tree.insert(route.path, index) else { throw .twice(route.path) }
        }
        self.tree = tree
        self.routes = definitions.map { GatewayRoute($0, metrics: metrics) }
        self.unknown = .unknown(metrics: metrics)
        self.unasked = .unknown(.probe, metrics: metrics)
    }

    /// The route for a request target that ``RequestTarget/isAcceptable(_:)`` accepts.
    func route(for target: String) -> GatewayRoute {
        var target = target
        return target.withUTF8 { self.tree.value(for: $0) }.map { self.routes[$0] } ?? self.unknown
    }

    private static func isPath(_ path: String) -> Bool {
        guard path.first == "/", path.count > 1 else { return false }
        return path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).allSatisfy { segment in
            segment == "*" || !segment.isEmpty && segment.utf8.allSatisfy { $0.isUnreserved }
        }
    }
}

/// What is wrong with the routes.
enum RoutingTableError: Error, Equatable, CustomStringConvertible {
    /// A path does not begin with a slash, or ends with one, or holds characters that may also come encoded.
    case notAPath(String)
    /// Two routes have the same path.
    case twice(String)

    var description: String {
        switch self {
        case .notAPath(let path): "\(path): is not a path like /api/v1/lessons or /api/v1/users/*/export"
        case .twice(let path): "\(path): stands there twice"
        }
    }
}
