/// A complete answer of the gateway's own.
struct Answer: Sendable {
    var status: Int
    var contentType: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    init(
        status: Int,
        contentType: String = "application/json",
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// The answer to a CORS preflight from an origin that is allowed; it may be remembered for ten minutes (GW-7).
    static let preflight = Answer(
        status: 204,
        headers: [
            ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE"),
            (
                "Access-Control-Allow-Headers",
                "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Correlation-ID"
            ),
            ("Access-Control-Max-Age", "600"),
        ]
    )
}

/// What the gateway's answers depend on besides the request.
struct AnswerSettings: Sendable {
    /// The origins that browsers may call from, exactly as browsers write them.
    var allowedOrigins: Set<String> = []

    /// Whether a page from there may read answers.
    ///
    /// `null` is what a browser says when it will not tell: never allowed.
    func allows(origin: String) -> Bool {
        origin != "null" && self.allowedOrigins.contains(origin)
    }
}
