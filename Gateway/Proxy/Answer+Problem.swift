internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit

extension Answer {
    /// The answer that tells a problem (RFC 9457).
    init(_ problem: Problem, to exchange: borrowing ProxiedExchange) {
        let instance = String(exchange.head.uri.prefix { $0 != "?" })
        var headers = problem.headers
        if let seconds = problem.retryAfter { headers.append(("Retry-After", String(seconds))) }
        self.init(
            status: problem.status,
            contentType: Problem.contentType,
            headers: headers,
            body: ByteBuffer(bytes: problem.document(instance: instance, correlationID: exchange.correlationID))
        )
    }
}
