internal import NIOCore

/// A complete answer of the gateway's own.
struct Answer: Sendable {
    var status: Int
    var contentType: String
    var headers: [(name: String, value: String)]
    var body: ByteBuffer

    init(
        status: Int,
        contentType: String = "application/json",
        headers: [(name: String, value: String)] = [],
        body: ByteBuffer = ByteBuffer()
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// An answer of JSON.
    init(_ value: some Encodable, status: Int = 200) {
        self.init(status: status, body: ByteBuffer(bytes: JSONBody.encode(value)))
    }

    /// The answer to a CORS preflight from an origin that is allowed; it may be remembered for ten minutes.
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
