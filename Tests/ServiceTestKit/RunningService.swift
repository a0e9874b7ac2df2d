internal import Configuration
public import Contracts
public import EventSourcing
public import FoundationEssentials
internal import Logging
public import Postgres
public import ServiceKit
internal import ServiceLifecycle
public import TestKit

/// A service in this process, put together as in production, on a port and a database of its own.
public struct RunningService: Sendable {
    /// Its name.
    public let name: String
    /// What it consists of.
    public let runtime: ServiceRuntime
    /// Its time.
    public let clock: ManualClock
    /// Speaks with it.
    public let client: LocalClient
    /// What signs the tokens that it believes, unless it has keys of its own.
    public let key: SigningKey

    /// Connections to its schema.
    public var postgres: PostgresClient { self.runtime.postgres }

    /// Runs a service for the length of `body`.
    ///
    /// - Parameters:
    ///   - openAPI: Its contract.
    ///   - environment: The settings that only this service has.
    ///   - hasOwnKeys: Whether it issues access tokens itself.
    ///   - broker: Without one the service does what it can alone.
    public static func run<Settings, Result: Sendable>(
        _ definition: ServiceDefinition<Settings>,
        openAPI: [UInt8],
        environment: [String: String] = [:],
        hasOwnKeys: Bool = false,
        broker: TestBroker? = nil,
        clock: ManualClock = ManualClock(),
        _ body: @Sendable (RunningService) async throws -> Result
    ) async throws -> Result {
        try await TestPostgres.withDatabase(template: ServiceTemplate.current) { database in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let variables = Self.variables(database, broker).merging(environment) { $1 }
            var (platform, settings) = try ConfigurationReader.read(from: .variables(variables)) {
                definition.readSettings(&$0)
            }
            platform.port = 0
            let key = SigningKey(id: "test")
            let (ports, listening) = AsyncStream.makeStream(of: Int.self)
            let runtime = try definition.assemble(
                platform,
                settings,
                openAPI: String(decoding: openAPI, as: UTF8.self),
                instance: "test-\(UUID.version7().lowercased)",
                metrics: MetricsRegistry(),
                verificationKeys: hasOwnKeys ? nil : JSONWebKeySet(keys: [key.publicKey]),
                clock: { clock.date },
                logger: logger,
                onListening: { listening.yield($0) }
            )
            // Without the last one, which waits for a gateway to notice the shutdown.
            let services = runtime.services.filter { !($0 is DrainPeriod) }
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: services.map { .init(service: $0, successTerminationBehavior: .ignore) },
                    logger: logger
                )
            )
            let result = try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    defer { listening.finish() }
                    try await group.run()
                }
                guard let port = await ports.first(where: { _ in true }) else { throw DidNotStart() }
                let service = RunningService(
                    name: definition.name,
                    runtime: runtime,
                    clock: clock,
                    client: LocalClient(port: port),
                    key: key
                )
                let result = await Swift.Result<Result, any Error>(awaiting: {
                    try await eventually(within: .seconds(30), "readiness of \(definition.name)") {
                        try await service.anonymous.get("/health/ready").status == 200
                    }
                    return try await body(service)
                })
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
                return try result.get()
            }
            try await broker?.clean(after: definition.name, logger)
            return result
        }
    }

    /// The routes of its own: without those that every service has.
    public var ownOperations: Set<String> {
        let common = ["/health", "/metrics", "/openapi", "/internal/"]
        return Set(
            self.runtime.routes.routes.filter { route in !common.contains { route.path.hasPrefix($0) } }.map(
                \.operation
            )
        )
    }

    /// Somebody who is not logged in.
    public var anonymous: Visitor { Visitor(self.client) }

    /// Somebody who is logged in.
    public func visitor(_ role: PersonRole, _ id: UUID = .version7(), key: SigningKey? = nil) throws -> Visitor {
        let clock = self.clock
        let signer = TokenSigner(key: key ?? self.key, now: { clock.date })
        let token = try signer.sign(Principal(id: id, role: role, sessionID: .version7()))
        return Visitor(self.client, id: id, token: token)
    }

    /// Runs statements in one transaction.
    public func write(_ body: @escaping @Sendable (PostgresSession) throws -> Void) async throws {
        try await self.postgres.transaction { session in
            try body(session)
            try session.flush()
        }
    }

    private static func variables(_ database: URL, _ broker: TestBroker?) -> [String: String] {
        // Nobody listens on the port of the discard protocol.
        let nowhere = ["RABBITMQ_HOST": "127.0.0.1", "RABBITMQ_PORT": "9", "RABBITMQ_DEFAULT_PASS": "none"]
        return [
            "POSTGRES_HOST": database.host() ?? "", "POSTGRES_PORT": "\(database.port ?? 5432)",
            "POSTGRES_DB": database.lastPathComponent, "POSTGRES_USER": database.user() ?? "postgres",
            "POSTGRES_PASSWORD": database.password() ?? "none",
            "INTERNAL_SERVICE_KEY": "a key of the tests, thirty-two bytes",
        ].merging(broker?.environment ?? nowhere) { $1 }
    }
}

private struct DidNotStart: Error {}

extension Result where Failure == any Error {
    fileprivate init(awaiting body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
