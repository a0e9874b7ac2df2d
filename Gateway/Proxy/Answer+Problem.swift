internal import NIOHTTP1
internal import ServiceKit

extension Answer {
    /// The answer that tells a problem (RFC 9457).
    init(_ problem: Problem, to exchange: borrowing ProxiedExchange) {
        let body = ProblemBody(
            type: problem.type,
            title: problem.title,
            status: problem.status,
            detail: problem.detail,
            instance: String(exchange.head.uri.prefix { $0 != "?" }),
            correlationID: exchange.correlationID,
            errors: problem.errors.isEmpty ? nil : problem.errors
        )
        var headers = problem.headers
        if let seconds = problem.retryAfter { headers.append(("Retry-After", String(seconds))) }
        self.init(
            status: problem.status,
            contentType: Problem.contentType,
            headers: headers,
            body: JSONBody.encode(body)
        )
    }
}

private struct ProblemBody: Encodable {
    let type: String
    let title: String
    let status: Int
    let detail: String?
    let instance: String
    let correlationID: String
    let errors: [FieldError]?
}
