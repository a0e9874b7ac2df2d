public import FoundationEssentials

/// A request that was routed, authenticated and authorised.
public struct ServiceRequest: Sendable {
    /// The method; `HEAD` shows as `GET`.
    public let method: Method
    /// The path as it was sent, without the query.
    public let path: String
    /// The template that the path matched.
    public let route: String
    /// Which request this is, and whose.
    public let identity: RequestIdentity
    /// When the caller stops waiting; `nil` when it did not say.
    public let deadline: ContinuousClock.Instant?

    /// Who asks, or `nil` on a public or internal route.
    public let principalIfKnown: Principal?

    let parameters: [String: String]
    let query: Substring
    let headers: RequestHeaders
    let content: RequestContent
    let idempotencySecret: IdempotencySecret

    /// Who asks.
    ///
    /// On routes whose policy needs a login this never throws.
    public var principal: Principal {
        get throws(Problem) {
            guard let principal = self.principalIfKnown else { throw .unauthenticated }
            return principal
        }
    }

    /// A header, by its name in any case; `nil` when it is absent.
    public func header(_ name: String) -> String? {
        self.headers[name]
    }

    /// The text in place of `{name}`.
    public func parameter(_ name: String) throws(Problem) -> String {
        // A name that the template does not have is a defect of the service.
        guard let value = self.parameters[name] else { throw .internalError }
        return value
    }

    /// The identifier in place of `{name}`.
    ///
    /// - Throws: A 400 ``Problem`` when the text is not a UUID.
    public func id(_ name: String = "id") throws(Problem) -> UUID {
        guard let id = UUID(uuidString: try self.parameter(name)) else { throw .invalid(name, "must be a UUID") }
        return id
    }

    /// The query as a value; parameters that the type does not ask for are ignored.
    ///
    /// - Throws: A 400 ``Problem`` that names every parameter that is wrong.
    public func query<Value: Decodable>(_ type: Value.Type) throws(Problem) -> Value {
        try RequestDecoding.decode(type, from: QueryParameters.parse(self.query), source: .query)
    }

    /// Which part of a list is wanted.
    ///
    /// - Throws: A 400 ``Problem`` when the limit is not a number from 1 to 200.
    public func page() throws(Problem) -> PageRequest {
        struct Parameters: Decodable {
            let limit: Int?
            let cursor: String?
        }
        let parameters = try self.query(Parameters.self)
        let limit = parameters.limit ?? 50
        guard (1...200).contains(limit) else { throw .invalid("limit", "must be from 1 to 200") }
        return PageRequest(limit: limit, cursor: parameters.cursor)
    }

    /// The JSON body as a value.
    ///
    /// An absent body reads as an object without members.
    ///
    /// - Throws: A ``Problem``: 400 that names every field that is wrong, missing or unknown; 413; 415.
    public func decode<Value: Decodable>(_ type: Value.Type) async throws -> Value {
        let bytes = try await self.body()
        guard !bytes.isEmpty else { return try RequestDecoding.decode(type, from: .object([:]), source: .body) }
        guard MediaType.isJSON(self.header("Content-Type")) else {
            throw Problem.unsupportedMediaType(expected: "application/json")
        }
        do {
            return try RequestDecoding.decode(type, from: JSONParser.parse(bytes), source: .body)
        } catch let error as JSONParseError {
            throw Problem.invalid("The body \(error.rawValue).")
        }
    }

    /// The whole body.
    ///
    /// - Throws: A 413 ``Problem`` when it is larger than the route allows.
    public func body() async throws -> [UInt8] {
        try await self.content.collect()
    }

    /// The body as it arrives; it can be read once, and not together with ``body()``.
    ///
    /// Iteration throws a 413 ``Problem`` when more comes than the route allows.
    public var bodyChunks: some AsyncSequence<[UInt8], any Error> & Sendable {
        self.content.chunks()
    }
}
