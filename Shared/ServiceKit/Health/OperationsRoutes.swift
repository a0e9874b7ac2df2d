/// The routes that every service has: how it is, what it counts, what it promises.
public struct OperationsRoutes: Sendable {
    private let health: HealthRegistry
    private let metrics: MetricsRegistry
    private let openAPI: OpenAPIDocument?

    /// - Parameter openAPI: The contract of the service's own routes.
    public init(health: HealthRegistry, metrics: MetricsRegistry, openAPI: OpenAPIDocument?) {
        self.health = health
        self.metrics = metrics
        self.openAPI = openAPI
    }

    /// Declares the routes; they are logged at debug level only.
    public func declare(in routes: inout RouteTable) {
        routes.add(.get, "/health", .public, isNoteworthy: false, handler: self.showHealth)
        routes.add(.get, "/health/live", .public, isNoteworthy: false, handler: self.showLife)
        routes.add(.get, "/health/ready", .public, isNoteworthy: false, handler: self.showReadiness)
        routes.add(.get, "/metrics", .public, isNoteworthy: false, handler: self.showMetrics)
        guard let openAPI else { return }
        routes.add(.get, "/openapi.yaml", .public, isNoteworthy: false) { _ in
            .text(openAPI.yaml, contentType: "application/yaml; charset=utf-8")
        }
        routes.add(.get, "/openapi.json", .public, isNoteworthy: false) { _ in
            .text(openAPI.json, contentType: MediaType.json)
        }
    }

    private func showHealth(_ request: ServiceRequest) async throws -> ServiceResponse {
        let report = await self.health.report()
        return try .json(report, status: report.isReady ? 200 : 503)
    }

    private func showLife(_ request: ServiceRequest) async throws -> ServiceResponse {
        let isAlive = await self.health.isAlive()
        return try .json(["status": isAlive ? "ok" : "stuck"], status: isAlive ? 200 : 503)
    }

    private func showReadiness(_ request: ServiceRequest) async throws -> ServiceResponse {
        let report = await self.health.report()
        return try .json(["status": report.status], status: report.isReady ? 200 : 503)
    }

    private func showMetrics(_ request: ServiceRequest) async throws -> ServiceResponse {
        .text(self.metrics.text(), contentType: MetricsText.contentType)
    }
}
