internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit
internal import Synchronization

/// The gateway's own endpoints: what it knows about itself and the services behind it.
final class Control: Sendable {
    private let upstreams: Upstreams
    private let metrics: MetricsRegistry
    private let client: InternalClient
    private let document: PlatformDocument
    private let pages: DocumentationPages
    /// Whether tokens can be verified.
    private let hasKeys: @Sendable () -> Bool
    private let draining = Atomic(false)

    init(
        upstreams: Upstreams,
        metrics: MetricsRegistry,
        client: InternalClient,
        document: PlatformDocument,
        pages: DocumentationPages,
        hasKeys: @escaping @Sendable () -> Bool
    ) {
        self.upstreams = upstreams
        self.metrics = metrics
        self.client = client
        self.document = document
        self.pages = pages
        self.hasKeys = hasKeys
    }

    /// From now on the gateway is not ready: whoever balances over gateways takes the others.
    func beginDraining() {
        self.draining.store(true, ordering: .relaxed)
    }

    /// Answers a request.
    func answer(_ request: ControlRequest) async -> Result<Answer, Problem> {
        let allowed = request.endpoint == .breakers && request.path.count == 2 ? ["POST"] : ["GET", "HEAD"]
        guard let answer = await self.find(request) else { return .failure(.notFound()) }
        guard allowed.contains(request.method.rawValue) else { return .failure(.methodNotAllowed(allowed)) }
        return await answer()
    }

    private typealias Endpoint = () async -> Result<Answer, Problem>

    /// What answers at this path, whatever the method.
    private func find(_ request: ControlRequest) async -> Endpoint? {
        switch (request.endpoint, request.path.count) {
        case (.health, 0): { .success(self.health()) }
        case (.live, 0): { .success(Answer(["status": "ok"])) }
        case (.ready, 0): { .success(self.ready()) }
        case (.services, 0): { .success(Answer(ServiceReport(self.upstreams))) }
        case (.metrics, 0): { .success(self.exposition()) }
        case (.breakers, 0): { .success(Answer(BreakerReport(self.upstreams))) }
        case (.breakers, 2): self.breakers(of: request.path[0], request.path[1])
        case (.traces, 1): { await self.trace(request) }
        case (.openapi, 0): { await self.contract(request) }
        case (.docs, 0): { .success(self.pages.swagger()) }
        case (.redoc, 0): { .success(self.pages.redoc()) }
        case (.docs, 2) where request.path[0] == "assets":
            self.pages.asset(request.path[1], request.headers).map { asset in { .success(asset) } }
        default: nil
        }
    }

    private func health() -> Answer {
        let report = PlatformHealth(self.upstreams, isDraining: self.isDraining)
        return Answer(report, status: report.status == .down ? 503 : 200)
    }

    /// For machines: whether requests are well sent here.
    ///
    /// With a service away the others are still served, so only a gateway that stops, that can tell nobody's token, or that
    /// reaches no service at all is not ready.
    private func ready() -> Answer {
        let report = ReadinessReport(self.upstreams, hasKeys: self.hasKeys(), isDraining: self.isDraining)
        return Answer(report, status: report.status == .ready ? 200 : 503)
    }

    private func exposition() -> Answer {
        let text = ByteBuffer(string: self.metrics.text())
        return Answer(status: 200, contentType: MetricsText.contentType, body: text)
    }

    /// Forces the service's breaker open or closed, or lets all its breakers work by themselves again.
    private func breakers(of service: String, _ command: String) -> Endpoint? {
        guard let name = ServiceName(rawValue: service) else { return nil }
        let upstream = self.upstreams[name]
        let act: () -> Void
        switch command {
        case "open": act = { upstream.forceBreaker(.forcedOpen) }
        case "close": act = { upstream.forceBreaker(.forcedClosed) }
        case "reset": act = { upstream.resetBreakers() }
        default: return nil
        }
        return {
            act()
            return .success(Answer(BreakerReport(self.upstreams)))
        }
    }

    private func trace(_ request: ControlRequest) async -> Result<Answer, Problem> {
        guard let correlationID = CorrelationID(request.path[0]) else {
            return .failure(.invalid("correlation_id", "must be 8 to 64 letters, digits or hyphens"))
        }
        let trace = await Trace(of: correlationID, upstreams: self.upstreams, client: self.client, asked: request)
        return .success(Answer(status: 200, body: ByteBuffer(bytes: trace.body)))
    }

    private func contract(_ request: ControlRequest) async -> Result<Answer, Problem> {
        do throws(Problem) {
            let text = try await self.document.text(request.routes)
            return .success(
                request.isYAML
                    ? Answer(status: 200, contentType: "application/yaml", body: text.yaml)
                    : Answer(status: 200, body: text.json)
            )
        } catch {
            return .failure(error)
        }
    }

    private var isDraining: Bool { self.draining.load(ordering: .relaxed) }
}
