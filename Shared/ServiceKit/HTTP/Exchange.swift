internal import Contracts
internal import EventSourcing
internal import HTTPTypes
internal import Logging

/// What is known about a request while it is served.
struct Exchange: Sendable {
    /// `nil` for a method that no route can have.
    let method: Method?
    let path: Substring
    let query: Substring
    private let methodName: String
    var identity: RequestIdentity
    var route: Route?
    var principal: Principal?

    init(_ head: HTTPRequest) {
        let target = head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.path = parts.first ?? "/"
        self.query = parts.count > 1 ? parts[1] : ""
        self.methodName = head.method.rawValue
        self.method = head.method == .head ? .get : Method(rawValue: head.method.rawValue)
        let headers = RequestHeaders(fields: head.headerFields)
        self.identity = RequestIdentity(
            correlationID: headers[CorrelationID.headerName].flatMap { CorrelationID($0) } ?? CorrelationID(),
            traceParent: headers[TraceParent.headerName].flatMap { TraceParent($0)?.child() } ?? TraceParent()
        )
    }

    /// A method as a label: clients can invent methods, labels must be bounded.
    var methodLabel: String {
        switch self.methodName {
        case "HEAD", "OPTIONS": self.methodName
        default: self.method?.rawValue ?? "other"
        }
    }

    /// The template, never the path: paths may hold secrets, and there are too many of them.
    var routeLabel: String { self.route?.path ?? "none" }

    var metadata: Logger.Metadata {
        var metadata: Logger.Metadata = ["method": .string(self.methodLabel), "route": .string(self.routeLabel)]
        if let principal {
            metadata["principal"] = .string(principal.id.lowercased)
            metadata["role"] = .string(principal.role.rawValue)
        }
        return metadata
    }

    /// The answer with the headers that every answer has.
    func finish(_ response: ServiceResponse) -> ServiceResponse {
        var response =
            response
            .header(CorrelationID.headerName, self.identity.correlationID.description)
            .header("X-Content-Type-Options", "nosniff")
        if self.principal != nil, response.header("Cache-Control") == nil {
            response = response.header("Cache-Control", "private, no-cache")
        }
        return response
    }
}
