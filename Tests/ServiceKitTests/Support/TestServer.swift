import Contracts
import EventSourcing
import FoundationEssentials
import Logging
import ServiceLifecycle
import ServiceTestKit

@testable import ServiceKit

/// A real server on a port of its own, and everything to talk to it.
struct TestServer {
    let port: Int
    let log: CapturedLog
    let metrics: MetricsRegistry
    let health: HealthRegistry
    let issuer: TestIssuer
    /// Begins the graceful shutdown; the end of the test does so too.
    let stop: @Sendable () async -> Void

    static let internalKey = "the-key-that-services-share"

    /// Serves `declare`d routes for the length of `body`, then shuts down gracefully.
    static func run<Result: Sendable>(
        serving declare: (inout RouteTable) -> Void = { _ in },
        limits: RequestLimits = RequestLimits(),
        admission: Admission? = nil,
        openAPI: OpenAPIDocument? = nil,
        keys: (any VerificationKeys)? = nil,
        _ body: @Sendable (TestServer) async throws -> Result
    ) async throws -> Result {
        let log = CapturedLog()
        let logger = log.logger()
        let metrics = MetricsRegistry()
        let health = HealthRegistry(service: "test-service", logger: logger)
        let issuer = TestIssuer()
        var routes = RouteTable()
        OperationsRoutes(health: health, metrics: metrics, openAPI: openAPI).declare(in: &routes)
        declare(&routes)
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let server = try HTTPServer(
            address: HTTPServerAddress(host: "127.0.0.1", port: 0),
            routes: routes,
            authenticator: Authenticator(
                verifier: TokenVerifier(keys: keys ?? issuer.keys),
                internalKey: Self.internalKey
            ),
            admission: admission,
            idempotencySecret: IdempotencySecret(Self.internalKey),
            metrics: metrics,
            limits: limits,
            logger: logger,
            onListening: { listening.yield($0) }
        )
        let group = ServiceGroup(services: [server], logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { listening.finish() }
                try await group.run()
            }
            guard let port = await ports.first(where: { _ in true }) else { throw ServerDidNotStart() }
            let test = TestServer(port: port, log: log, metrics: metrics, health: health, issuer: issuer) {
                await group.triggerGracefulShutdown()
            }
            do {
                let result = try await body(test)
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
                return result
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
        }
    }

    /// Sends a request and reads the whole answer.
    func send(
        _ method: String,
        _ path: String,
        as role: PersonRole? = nil,
        id: UUID = .version7(),
        headers: [(String, String)] = [],
        json: String? = nil
    ) async throws -> Answer {
        var all = headers
        if let role { all.append(("Authorization", "Bearer \(try self.issuer.token(role, id: id))")) }
        if json != nil { all.append(("Content-Type", "application/json")) }
        return try await self.send(method, path, headers: all, bytes: json.map { Array($0.utf8) })
    }

    /// Sends a request with any body.
    func send(
        _ method: String,
        _ path: String,
        headers: [(String, String)],
        bytes: [UInt8]?
    ) async throws -> Answer {
        try await LocalClient(port: self.port).send(method, path, headers: headers, bytes: bytes)
    }
}

struct ServerDidNotStart: Error {}

extension TestServer {
    /// Whether new connections are accepted.
    var isListening: Bool {
        get async {
            (try? await RawConnection.exchange(
                port: self.port,
                ["GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"]
            )) != nil
        }
    }
}
