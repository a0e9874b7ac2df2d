internal import NIOCore

/// The limiter's answer to one request, as its client is told.
struct LimitDecision: Sendable, Equatable {
    let limitClass: LimitClass
    let limit: Int
    let isAllowed: Bool
    let remaining: Int
    /// Seconds until the whole burst is there again.
    let reset: Int
    /// Seconds until the next request passes; zero if this one does.
    let retryAfter: Int

    init(_ verdict: GCRA.Verdict, limitClass: LimitClass, limit: Int) {
        self.limitClass = limitClass
        self.limit = limit
        self.isAllowed = verdict.isAllowed
        self.remaining = verdict.remaining
        self.reset = Self.seconds(verdict.reset)
        self.retryAfter = verdict.isAllowed ? 0 : max(1, Self.seconds(verdict.retry))
    }

    /// Appends the headers of draft-ietf-httpapi-ratelimit-headers and their forerunners with `X-`.
    func writeHeaders(into buffer: inout ByteBuffer) {
        let limit = String(self.limit)
        let remaining = String(self.remaining)
        let reset = String(self.reset)
        buffer.writeStaticString("RateLimit-Policy: \"")
        buffer.writeString(self.limitClass.name)
        buffer.writeStaticString("\";q=")
        buffer.writeString(limit)
        buffer.writeStaticString(";w=60\r\nRateLimit: \"")
        buffer.writeString(self.limitClass.name)
        buffer.writeStaticString("\";r=")
        buffer.writeString(remaining)
        buffer.writeStaticString(";t=")
        buffer.writeString(reset)
        buffer.writeStaticString("\r\nX-RateLimit-Limit: ")
        buffer.writeString(limit)
        buffer.writeStaticString("\r\nX-RateLimit-Remaining: ")
        buffer.writeString(remaining)
        buffer.writeStaticString("\r\nX-RateLimit-Reset: ")
        buffer.writeString(reset)
        buffer.writeStaticString("\r\n")
    }

    private static func seconds(_ microseconds: Int64) -> Int {
        Int((microseconds + 999_999) / 1_000_000)
    }
}
