internal import NIOCore
internal import ServiceKit

/// Stage 6: takes the instance's permit, and gives the request up if it has waited too long already.
enum Guard {
    /// - Parameter maximumLoad: How many requests an instance may have at once; more would only wait there.
    static func apply(to exchange: inout ProxiedExchange, maximumLoad: Int) throws(Problem) {
        let now = NIODeadline.now()
        guard let instance = exchange.instance else { throw .unavailable() }
        // It is not counted there yet.
        exchange.instance = nil
        guard now < exchange.deadline else { throw .unavailable("The request waited for too long.", retryAfter: 1) }
        guard instance.load < maximumLoad else { throw .overloaded }
        exchange.permit = instance.acquire(at: now)
        exchange.instance = instance
    }
}
