internal import NIOCore
internal import ServiceKit

/// Stage 5: asks the service's breaker, and chooses the instance.
enum Balance {
    static func apply(to exchange: inout ProxiedExchange, upstream: Upstream, worker: Worker) throws(Problem) {
        worker.earnRetry(for: upstream.name)
        let now = NIODeadline.now()
        guard let permit = upstream.acquire(at: now) else {
            throw .unavailable("The service does not work at the moment.", retryAfter: upstream.retryAfter(at: now))
        }
        exchange.servicePermit = permit
        guard let instance = upstream.choose(except: nil, at: now, random: &worker.random) else {
            throw .unavailable("No instance of the service can be reached.", retryAfter: upstream.retryAfter(at: now))
        }
        exchange.instance = instance
    }
}
