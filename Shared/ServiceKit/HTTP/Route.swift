/// One operation of a service.
public struct Route: Sendable {
    /// What serves it.
    public typealias Handler = @Sendable (ServiceRequest) async throws -> ServiceResponse

    /// The method.
    public let method: Method
    /// The template: `/api/v1/lessons/{id}`.
    public let path: String
    /// Who may use it.
    public let policy: AccessPolicy
    /// How many bytes its body may have.
    public let bodyLimit: Int
    /// Whether every request is worth a line in the log; health checks are not.
    let isNoteworthy: Bool
    let handler: Handler

    /// The template in parts.
    let segments: [RouteSegment]

    /// Method and template, as ``OpenAPIDocument/operations`` names them: `GET /api/v1/lessons/{id}`.
    public var operation: String { "\(self.method.rawValue) \(self.path)" }
}

/// One part of a template between slashes.
enum RouteSegment: Hashable, Sendable {
    /// Matches itself.
    case literal(String)
    /// Matches anything that ends with the suffix: `{id}`, `{token}.ics`.
    case parameter(name: String, suffix: String)

    /// Reads a template.
    ///
    /// A slash at its end means nothing.
    static func parse(_ path: String) -> [RouteSegment] {
        path.split(separator: "/").map { part in
            guard part.hasPrefix("{"), let end = part.firstIndex(of: "}") else { return .literal(String(part)) }
            return .parameter(
                name: String(part[part.index(after: part.startIndex)..<end]),
                suffix: String(part[part.index(after: end)...])
            )
        }
    }

    /// Whether two segments would match the same text.
    var shape: RouteSegment {
        switch self {
        case .literal: self
        case .parameter(_, let suffix): .parameter(name: "", suffix: suffix)
        }
    }
}
