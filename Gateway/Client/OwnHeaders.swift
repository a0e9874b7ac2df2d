internal import NIOCore
internal import NIOHTTP1

/// The headers that the gateway adds to every answer; where the service knows better, its own stay.
struct OwnHeaders {
    private var hasCacheControl = false
    private var hasSecurityPolicy = false

    /// Notes a header that the answer has already.
    mutating func see(_ rule: HeaderRules.Response) {
        switch rule {
        case .cacheControl: self.hasCacheControl = true
        case .securityPolicy: self.hasSecurityPolicy = true
        default: break
        }
    }

    func write(
        to exchange: borrowing ProxiedExchange,
        settings: borrowing AnswerSettings,
        into sink: inout some HeaderSink
    ) {
        let correlationID = exchange.correlationID
        sink.add("X-Correlation-ID") { $0.writeString(correlationID) }
        self.writeSecurity(exchange, into: &sink)
        if let limit = exchange.limit { limit.writeHeaders(into: &sink) }
        self.writeCrossOrigin(exchange, settings, into: &sink)
    }

    /// What keeps browsers from doing more with an answer than was meant.
    private func writeSecurity(_ exchange: borrowing ProxiedExchange, into sink: inout some HeaderSink) {
        sink.addFixed("X-Content-Type-Options", "nosniff")
        sink.addFixed("Referrer-Policy", "no-referrer")
        // Answers are data: nothing in them is to run or to load anything, nor to stand in anybody's frame.
        if !self.hasSecurityPolicy {
            sink.addFixed("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        }
        // RFC 6797: only what came over TLS may say so, or it would be ignored.
        if exchange.scheme == "https" { sink.addFixed("Strict-Transport-Security", "max-age=31536000") }
        // What only somebody with a token may see, or what holds tokens, is kept by nobody on the way.
        if !self.hasCacheControl, exchange.isPrivate { sink.addFixed("Cache-Control", "no-store") }
    }

    private func writeCrossOrigin(
        _ exchange: borrowing ProxiedExchange,
        _ settings: borrowing AnswerSettings,
        into sink: inout some HeaderSink
    ) {
        guard !settings.allowedOrigins.isEmpty else { return }
        // Whatever the origin: who keeps the answer must not give it to another one.
        sink.addFixed("Vary", "Origin")
        guard let origin = exchange.origin, settings.allows(origin: origin) else { return }
        sink.add("Access-Control-Allow-Origin") { $0.writeString(origin) }
        sink.addFixed(
            "Access-Control-Expose-Headers",
            """
            X-Correlation-ID, RateLimit, RateLimit-Policy, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, \
            Retry-After, ETag, Location, Content-Disposition
            """
        )
    }
}
