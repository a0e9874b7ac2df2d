extension Problem {
    /// The body of the answer that tells the problem.
    ///
    /// - Parameters:
    ///   - instance: The path that was asked for.
    ///   - correlationID: The name of the request.
    public func document(instance: String, correlationID: String) -> [UInt8] {
        let document = ProblemDocument(problem: self, instance: instance, correlationID: correlationID)
        // Strings and numbers only: nothing here that JSON can not say.
        return (try? ResponseEncoding.encode(document)) ?? []
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
