import EventSourcing
import Foundation
import Logging
import Messaging
import Postgres
import RabbitMQ
import SampleService
import ServiceLifecycle
import Synchronization
import TestKit
import Testing

/// A database and a bus of a test's own, on servers that all tests share.
final class World: Sendable {
    let database: URL
    let broker: RabbitMQConfiguration
    let prefix = "test." + UUID().uuidString.prefix(8).lowercased() + "."
    let logger: Logger
    private let names = Mutex<Set<String>>([])

    var bus: EventBus { EventBus(prefix: self.prefix) }
    var admin: RabbitMQAdmin { RabbitMQAdmin(configuration: self.broker, logger: self.logger) }

    init(database: URL, broker: RabbitMQConfiguration) {
        self.database = database
        self.broker = broker
        // TEST_LOG=1 shows what the services say.
        let isLoud = ProcessInfo.processInfo.environment["TEST_LOG"] != nil
        self.logger = Logger(label: self.prefix) { label in
            if isLoud { StreamLogHandler.standardError(label: label) } else { SwiftLogNoOpLogHandler() }
        }
    }

    /// Puts a service together and gives its schema its shape.
    func service(
        _ name: String,
        listeningTo source: String? = nil,
        configure: (inout SampleService.Configuration) -> Void = { _ in }
    ) async throws -> SampleService {
        var configuration = SampleService.Configuration(
            name: name,
            instance: "\(name)-\(UUID().uuidString.prefix(8).lowercased())",
            postgres: try PostgresConfiguration(url: self.database.absoluteString, applicationName: name),
            broker: self.broker,
            bus: self.bus
        )
        configuration.source = source
        configure(&configuration)
        let service = SampleService(configuration, logger: self.logger)
        try await service.migrate()
        let instance = configuration.instance
        self.names.withLock { $0.formUnion([name, instance]) }
        return service
    }

    /// Runs services while `body` works, then shuts them down gracefully.
    func running<Result: Sendable>(
        _ services: SampleService...,
        body: () async throws -> Result
    ) async throws -> Result {
        try await self.running(services.flatMap(\.services), body: body)
    }

    /// Runs services while `body` works, then shuts them down gracefully.
    func running<Result: Sendable>(_ services: [any Service], body: () async throws -> Result) async throws -> Result {
        let group = ServiceGroup(services: services, logger: self.logger)
        return try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let result: Result
            do {
                result = try await body()
            } catch {
                tasks.cancelAll()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
    }

    /// Waits until somebody takes events out of a service's queue.
    func expectConsumer(of service: String) async throws {
        try await eventually(within: .seconds(20), "a consumer of \(service)") {
            try await self.admin.counts(of: self.bus.queue(of: service))?.consumers ?? 0 > 0
        }
    }

    /// Removes everything from the shared broker.
    func clear() async throws {
        for name in self.names.withLock({ $0 }) {
            for queue in [
                self.bus.queue(of: name), self.bus.deadQueue(of: name), self.bus.replayQueue(of: name),
                self.bus.catchUpQueue(of: name),
            ] {
                try await self.admin.delete(queue: queue)
            }
        }
        try await self.admin.delete(exchange: self.bus.events)
        try await self.admin.delete(exchange: self.bus.dead)
    }

    /// A process of its own with the service, made to share this world's schema, database and bus.
    func victim(_ service: SampleService, environment: [String: String] = [:]) throws -> ChildProcess {
        // Beside the program that runs the tests.
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let program = URL(filePath: tests).deletingLastPathComponent().appending(path: "FaultVictim").path
        let instance = "victim-\(UUID().uuidString.prefix(8).lowercased())"
        self.names.withLock { _ = $0.insert(instance) }
        var settings = [
            "VICTIM_NAME": service.configuration.name,
            "VICTIM_INSTANCE": instance,
            "VICTIM_DATABASE": self.database.absoluteString,
            "VICTIM_BROKER": try TestServers.url("TEST_RABBITMQ_URL").absoluteString,
            "VICTIM_BUS": self.prefix,
        ]
        settings["VICTIM_SOURCE"] = service.configuration.source
        return try ChildProcess(
            [program],
            environment: settings.merging(environment) { $1 },
            log: ProcessInfo.processInfo.environment["TEST_LOG"] == nil ? "/dev/null" : "/dev/stderr"
        )
    }
}

/// Lends a world to `body`.
func withWorld(_ body: @Sendable (World) async throws -> Void) async throws {
    try await TestPostgres.withDatabase { database in
        try await withWorld(database: database, broker: try TestServers.url("TEST_RABBITMQ_URL"), body)
    }
}

/// Lends a world on certain servers to `body`.
func withWorld(database: URL, broker url: URL, _ body: @Sendable (World) async throws -> Void) async throws {
    var broker = try RabbitMQConfiguration(url: url.absoluteString)
    // Tests need not wait.
    broker.reconnectDelay = .milliseconds(20)...(.milliseconds(200))
    let world = World(database: database, broker: broker)
    let outcome: Result<Void, any Error>
    do {
        outcome = .success(try await body(world))
    } catch {
        outcome = .failure(error)
    }
    try await world.clear()
    try outcome.get()
}
