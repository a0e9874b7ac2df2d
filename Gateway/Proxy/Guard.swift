internal import NIOCore
internal import ServiceKit

/// Stage 6: asks the instance's breaker, and gives the request up if it has waited too long already.
enum Guard {
    static func apply(to exchange: inout ProxiedExchange) throws(Problem) {
        let now = NIODeadline.now()
        guard let instance = exchange.instance else { throw .unavailable() }
        guard now < exchange.deadline else {
            exchange.instance = nil
            throw .gatewayTimeout
        }
        guard let permit = instance.acquire(at: now) else {
            // Another event loop has just taken the only probe of an instance that recovers.
            exchange.instance = nil
            throw .unavailable("No instance of the service can be reached.", retryAfter: 1)
        }
        exchange.permit = permit
    }
}
