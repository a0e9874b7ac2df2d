internal import NIOCore
internal import ServiceKit

/// Sees every request end: counts it and writes its line into the access log.
final class Observer: Sendable {
    private let upstreams: Upstreams
    private let retries: Counter
    private let coalesced: Counter
    /// Requests that were refused because there were too many.
    let shed: Counter
    private let accessLog: AccessLog?

    /// - Parameters:
    ///   - upstreams: Where the times of requests are collected by service.
    ///   - metrics: Where requests are counted.
    ///   - accessLog: `nil` writes none.
    init(upstreams: Upstreams, metrics: MetricsRegistry, accessLog: AccessLog?) {
        self.upstreams = upstreams
        self.accessLog = accessLog
        self.retries = metrics.counter("gateway_retries_total", "Requests that were tried a second time.")
        self.coalesced = metrics.counter("gateway_coalesced_total", "Requests that shared the answer to another one.")
        self.shed = metrics.counter("gateway_shed_total", "Requests that were refused because there were too many.")
    }

    /// A request is over.
    func finished(_ exchange: borrowing ProxiedExchange, worker: Worker) {
        let now = NIODeadline.now()
        let duration = now - exchange.startedAt
        let route = exchange.route
        route.metrics.count(status: exchange.status, isAborted: exchange.isAborted, duration: duration)
        // What was refused says nothing about the service, and a stream lasts as long as somebody listens.
        if case .service(let name) = route.definition.destination, exchange.attempts > 0,
            !route.definition.isStream, !exchange.isTunnel
        {
            self.upstreams[name].latency.record(duration, at: now)
        }
        if exchange.attempts > 1 { self.retries.increment() }
        if exchange.sharedAnswer != nil { self.coalesced.increment() }
        if let accessLog { accessLog.write(exchange, duration: duration, into: &worker.logBuffer) }
    }

    /// Takes what a worker has collected.
    func flush(_ buffer: inout ByteBuffer) {
        guard buffer.readableBytes > 0, let accessLog else { return }
        accessLog.flush(buffer)
        buffer.clear()
    }
}
