/// Finds the route of a request.
///
/// Literal parts win over parameters. A path that exists without the method is told apart from one that does not exist.
final class RouteTree: Sendable {
    /// What a path and method lead to.
    enum Match {
        case route(Route, parameters: [String: String])
        case methodNotAllowed([Method])
        case notFound
    }

    private let root: Node

    /// - Throws: ``RouteTableError``
    init(_ table: RouteTable) throws(RouteTableError) {
        let mistakes = table.mistakes()
        guard mistakes.isEmpty else { throw RouteTableError(mistakes: mistakes) }
        var root = Node()
        for route in table.routes { root.insert(route, route.segments[...]) }
        self.root = root
    }

    /// - Parameter path: Still percent-encoded, without the query.
    func match(_ method: Method?, _ path: Substring) -> Match {
        var segments: [String] = []
        for part in path.split(separator: "/") {
            guard let segment = PercentEncoding.decode(part) else { return .notFound }
            segments.append(segment)
        }
        var values: [String] = []
        guard let node = self.root.find(segments[...], &values) else { return .notFound }
        guard let method, let route = node.routes[method] else {
            return .methodNotAllowed(node.routes.keys.sorted())
        }
        let names = route.segments.compactMap { if case .parameter(let name, _) = $0 { name } else { nil } }
        return .route(route, parameters: Dictionary(zip(names, values)) { first, _ in first })
    }
}

private struct Node: Sendable {
    private(set) var routes: [Method: Route] = [:]
    private var literals: [String: Node] = [:]
    /// Longer suffixes first: `{name}.json` before `{name}`.
    private var parameters: [(suffix: String, node: Node)] = []

    mutating func insert(_ route: Route, _ rest: ArraySlice<RouteSegment>) {
        switch rest.first {
        case nil:
            self.routes[route.method] = route
        case .literal(let text):
            self.literals[text, default: Node()].insert(route, rest.dropFirst())
        case .parameter(_, let suffix):
            if let index = self.parameters.firstIndex(where: { $0.suffix == suffix }) {
                self.parameters[index].node.insert(route, rest.dropFirst())
            } else {
                var node = Node()
                node.insert(route, rest.dropFirst())
                self.parameters.append((suffix, node))
                self.parameters.sort { $0.suffix.utf8.count > $1.suffix.utf8.count }
            }
        }
    }

    func find(_ rest: ArraySlice<String>, _ values: inout [String]) -> Node? {
        guard let segment = rest.first else { return self.routes.isEmpty ? nil : self }
        if let node = self.literals[segment]?.find(rest.dropFirst(), &values) { return node }
        for (suffix, node) in self.parameters where segment.hasSuffix(suffix) && segment.count > suffix.count {
            values.append(String(segment.dropLast(suffix.count)))
            if let found = node.find(rest.dropFirst(), &values) { return found }
            values.removeLast()
        }
        return nil
    }
}
