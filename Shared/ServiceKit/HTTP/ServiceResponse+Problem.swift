internal import EventSourcing

extension ServiceResponse {
    /// A problem as its answer.
    static func problem(_ problem: Problem, instance: String, correlationID: CorrelationID) -> ServiceResponse {
        let document = ProblemDocument(problem: problem, instance: instance, correlationID: correlationID.description)
        // Strings and numbers only: nothing here that JSON can not say.
        let bytes = (try? ResponseEncoding.encode(document)) ?? []
        var response = ServiceResponse.bytes(bytes, contentType: Problem.contentType, status: problem.status)
        for (name, value) in problem.headers { response = response.header(name, value) }
        if let seconds = problem.retryAfter { response = response.header("Retry-After", String(seconds)) }
        return response
    }

    /// 304 in place of a representation that the client has already (RFC 9110, section 13.1.2).
    func unlessCached(by request: ServiceRequest) -> ServiceResponse {
        guard request.method == .get, self.status == 200, let tag = self.header("ETag"),
            let known = request.header("If-None-Match"),
            known == "*" || known.split(separator: ",").contains(where: { $0.trimmingSpaces() == tag })
        else { return self }
        return ServiceResponse(status: 304).header("ETag", tag)
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        self.drop { $0 == " " }.prefix { $0 != " " }
    }
}

/// The members of a problem in the order in which people read them.
private struct ProblemDocument: Encodable {
    let problem: Problem
    let instance: String
    let correlationID: String

    private enum CodingKeys: String, CodingKey {
        case type
        case title
        case status
        case detail
        case instance
        case correlationID = "correlation_id"
        case errors
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.problem.type, forKey: .type)
        try container.encode(self.problem.title, forKey: .title)
        try container.encode(self.problem.status, forKey: .status)
        // Left out and not null: RFC 9457, section 3.1, knows these members as texts or not at all.
        if let detail = self.problem.detail { try container.encode(detail, forKey: .detail) }
        try container.encode(self.instance, forKey: .instance)
        try container.encode(self.correlationID, forKey: .correlationID)
        if !self.problem.errors.isEmpty { try container.encode(self.problem.errors, forKey: .errors) }
    }
}
