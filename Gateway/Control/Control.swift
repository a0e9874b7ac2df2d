internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit
internal import Synchronization

/// The gateway's own endpoints: what it knows about itself and the services behind it.
final class Control: Sendable {
    private let upstreams: Upstreams
    private let metrics: MetricsRegistry
    private let instanceMetrics: InstanceMetrics
    private let client: InternalClient
    private let draining = Atomic(false)

    init(upstreams: Upstreams, metrics: MetricsRegistry, client: InternalClient) {
        self.upstreams = upstreams
        self.metrics = metrics
        self.instanceMetrics = InstanceMetrics(upstreams: upstreams, metrics: metrics)
        self.client = client
    }

    /// From now on the gateway is not ready: whoever balances over gateways takes the others.
    func beginDraining() {
        self.draining.store(true, ordering: .relaxed)
    }

    /// Answers a request.
    func answer(_ request: ControlRequest) async -> Result<Answer, Problem> {
        switch (request.endpoint, request.method, request.path.count) {
        case (.health, .GET, 0), (.health, .HEAD, 0): .success(self.health())
        case (.live, .GET, 0), (.live, .HEAD, 0): .success(Answer(status: 200, body: JSONBody.encode(["status": "ok"])))
        case (.ready, .GET, 0), (.ready, .HEAD, 0): .success(self.ready())
        case (.services, .GET, 0): .success(Answer(status: 200, body: JSONBody.encode(ServiceReport(self.upstreams))))
        case (.metrics, .GET, 0): .success(self.exposition())
        case (.breakers, .GET, 0): .success(Answer(status: 200, body: JSONBody.encode(BreakerReport(self.upstreams))))
        case (.breakers, .POST, 2) where request.path[1] == "reset": self.resetBreakers(of: request.path[0])
        case (.traces, .GET, 1): await self.trace(request)
        case (.health, _, 0), (.live, _, 0), (.ready, _, 0): .failure(.methodNotAllowed(["GET", "HEAD"]))
        case (.services, _, 0), (.metrics, _, 0), (.breakers, _, 0), (.traces, _, 1):
            .failure(.methodNotAllowed(["GET"]))
        case (.breakers, _, 2) where request.path[1] == "reset": .failure(.methodNotAllowed(["POST"]))
        default: .failure(.notFound())
        }
    }

    private func health() -> Answer {
        let report = PlatformHealth(self.upstreams, isDraining: self.isDraining)
        return Answer(status: report.status == .down ? 503 : 200, body: JSONBody.encode(report))
    }

    /// For machines: whether every service has an instance that is ready, as it was seen last.
    private func ready() -> Answer {
        let services = Dictionary(
            uniqueKeysWithValues: self.upstreams.services.map { upstream in
                (upstream.name.rawValue, upstream.instances.contains { $0.isReady } ? "ready" : "not ready")
            }
        )
        let isReady = !self.isDraining && services.values.allSatisfy { $0 == "ready" }
        let body = ReadinessReport(
            status: isReady ? "ready" : self.isDraining ? "draining" : "not ready",
            services: services
        )
        return Answer(status: isReady ? 200 : 503, body: JSONBody.encode(body))
    }

    private func exposition() -> Answer {
        self.instanceMetrics.update()
        return Answer(status: 200, contentType: MetricsText.contentType, body: Array(self.metrics.text().utf8))
    }

    private func resetBreakers(of service: String) -> Result<Answer, Problem> {
        guard let name = ServiceName(rawValue: service) else { return .failure(.notFound()) }
        for instance in self.upstreams[name].instances { instance.resetBreaker() }
        return .success(Answer(status: 200, body: JSONBody.encode(BreakerReport(self.upstreams))))
    }

    private func trace(_ request: ControlRequest) async -> Result<Answer, Problem> {
        guard let correlationID = CorrelationID(request.path[0]) else {
            return .failure(.invalid("correlation_id", "must be 8 to 64 letters, digits or hyphens"))
        }
        let trace = await Trace(of: correlationID, upstreams: self.upstreams, client: self.client, asked: request)
        return .success(Answer(status: 200, body: trace.body))
    }

    private var isDraining: Bool { self.draining.load(ordering: .relaxed) }

    private struct ReadinessReport: Encodable {
        let status: String
        let services: [String: String]
    }
}
