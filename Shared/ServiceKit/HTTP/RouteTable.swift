/// All operations of a service: declared one per line, each with its policy.
///
/// ```swift
/// routes.post("/api/v1/lessons", .role(.tutor), self.plan)
/// routes.get("/api/v1/lessons/{id}", .authenticated, self.show)
/// ```
public struct RouteTable: Sendable {
    /// How many bytes a JSON body may have.
    public static let jsonBodyLimit = 1024 * 1024

    /// The operations in the order of declaration.
    public private(set) var routes: [Route] = []

    /// A table without operations.
    public init() {}

    /// Declares an operation that reads.
    ///
    /// - Parameter isNoteworthy: Whether the log tells of each request; not where some program asks every second.
    public mutating func get(
        _ path: String,
        _ policy: AccessPolicy,
        isNoteworthy: Bool = true,
        _ handler: @escaping Route.Handler
    ) {
        self.add(.get, path, policy, isNoteworthy: isNoteworthy, handler: handler)
    }

    /// Declares an operation that creates or does something.
    public mutating func post(
        _ path: String,
        _ policy: AccessPolicy,
        bodyLimit: Int = jsonBodyLimit,
        _ handler: @escaping Route.Handler
    ) {
        self.add(.post, path, policy, bodyLimit: bodyLimit, handler: handler)
    }

    /// Declares an operation that replaces.
    public mutating func put(
        _ path: String,
        _ policy: AccessPolicy,
        bodyLimit: Int = jsonBodyLimit,
        _ handler: @escaping Route.Handler
    ) {
        self.add(.put, path, policy, bodyLimit: bodyLimit, handler: handler)
    }

    /// Declares an operation that changes parts.
    public mutating func patch(_ path: String, _ policy: AccessPolicy, _ handler: @escaping Route.Handler) {
        self.add(.patch, path, policy, handler: handler)
    }

    /// Declares an operation that removes.
    public mutating func delete(_ path: String, _ policy: AccessPolicy, _ handler: @escaping Route.Handler) {
        self.add(.delete, path, policy, handler: handler)
    }

    mutating func add(
        _ method: Method,
        _ path: String,
        _ policy: AccessPolicy,
        bodyLimit: Int = jsonBodyLimit,
        isNoteworthy: Bool = true,
        handler: @escaping Route.Handler
    ) {
        self.routes.append(
            Route(
                method: method,
                path: path,
                policy: policy,
                bodyLimit: bodyLimit,
                isNoteworthy: isNoteworthy,
                handler: handler,
                segments: RouteSegment.parse(path)
            )
        )
    }

    /// What is wrong with the declarations; a service with mistakes does not start.
    func mistakes() -> [String] {
        var mistakes: [String] = []
        var seen: [String: Set<[RouteSegment]>] = [:]
        for route in self.routes {
            let operation = route.operation
            let shape = route.segments.map(\.shape)
            if !seen[route.method.rawValue, default: []].insert(shape).inserted {
                mistakes.append("\(operation) is declared twice")
            }
            if !route.path.hasPrefix("/") { mistakes.append("\(operation) does not begin with a slash") }
            let names = route.segments.compactMap { if case .parameter(let name, _) = $0 { name } else { nil } }
            if Set(names).count != names.count || names.contains("") {
                mistakes.append("\(operation) does not name its parameters apart")
            }
            let isInternal = if case .internalService = route.policy.kind { true } else { false }
            if isInternal != route.path.hasPrefix("/internal/") {
                mistakes.append("\(operation): the policy of /internal/ routes, and of no others, is internalService")
            }
        }
        return mistakes
    }
}

/// The routes of a service contradict each other or the rules of the house.
public struct RouteTableError: Error, Equatable, CustomStringConvertible {
    /// One sentence per mistake.
    public let mistakes: [String]

    /// All mistakes, one per line.
    public var description: String {
        (["routes: \(self.mistakes.count) mistakes"] + self.mistakes.map { "  \($0)" }).joined(separator: "\n")
    }
}
