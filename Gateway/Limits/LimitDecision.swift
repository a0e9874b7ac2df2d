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
    func writeHeaders(into sink: inout some HeaderSink) {
        let name = self.limitClass.rawValue
        let limit = String(self.limit)
        let remaining = String(self.remaining)
        let reset = String(self.reset)
        sink.add("RateLimit-Policy") { buffer in
            buffer.writeStaticString("\"")
            buffer.writeString(name)
            buffer.writeStaticString("\";q=")
            buffer.writeString(limit)
            buffer.writeStaticString(";w=60")
        }
        sink.add("RateLimit") { buffer in
            buffer.writeStaticString("\"")
            buffer.writeString(name)
            buffer.writeStaticString("\";r=")
            buffer.writeString(remaining)
            buffer.writeStaticString(";t=")
            buffer.writeString(reset)
        }
        sink.add("X-RateLimit-Limit") { $0.writeString(limit) }
        sink.add("X-RateLimit-Remaining") { $0.writeString(remaining) }
        sink.add("X-RateLimit-Reset") { $0.writeString(reset) }
    }

    private static func seconds(_ microseconds: Int64) -> Int {
        Int((microseconds + 999_999) / 1_000_000)
    }
}
