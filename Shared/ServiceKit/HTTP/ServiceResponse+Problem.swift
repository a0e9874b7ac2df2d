internal import EventSourcing

extension ServiceResponse {
    /// A problem as its answer.
    static func problem(_ problem: Problem, instance: String, correlationID: CorrelationID) -> ServiceResponse {
        let document = problem.document(instance: instance, correlationID: correlationID.description)
        var response = ServiceResponse.bytes(document, contentType: Problem.contentType, status: problem.status)
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
