import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Synchronization
import TestKit
import Testing

@testable import ServiceKit

@Suite("How a process ends")
struct ProcessEndTests {
    /// Waits for its end, and then for a thread that waits for ever.
    private struct Stuck: Service {
        var afterwards: @Sendable () -> Void = {}

        func run() async throws {
            try? await gracefulShutdown()
            self.afterwards()
            await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
        }
    }

    private struct Brief: Service {
        let end: @Sendable () async -> Void

        func run() async throws { await self.end() }
    }

    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("A process that does not stop ends with a status, not with a trap")
    func lastResort() async {
        await #expect(processExitsWith: .exitCode(EX_SOFTWARE)) {
            let started = Brief {
                kill(getpid(), SIGTERM)
            }
            try await ProcessServices(
                [Stuck(), started],
                shutdownLimit: .milliseconds(10),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ).run()
        }
    }

    @Test("A second signal ends a process that takes its time")
    func secondSignal() async {
        await #expect(processExitsWith: .exitCode(EX_SOFTWARE)) {
            let impatient = Stuck {
                // The last resort is the first to hear of the shutdown: it listens by now, or will in a moment.
                Thread.detachNewThread {
                    while true {
                        kill(getpid(), SIGINT)
                        usleep(10_000)
                    }
                }
            }
            let started = Brief {
                kill(getpid(), SIGTERM)
            }
            try await ProcessServices(
                [impatient, started],
                shutdownLimit: .seconds(3600),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ).run()
        }
    }

    @Test("A process that stops in time ends as if nothing were")
    func inTime() async {
        await #expect(processExitsWith: .success) {
            let started = Brief {
                kill(getpid(), SIGTERM)
                try? await gracefulShutdown()
            }
            try await ProcessServices([started], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }).run()
        }
    }

    @Test("A service that is done while others stop is no failure")
    func doneWhileStopping() async throws {
        let (done, finish) = AsyncStream.makeStream(of: Void.self)
        let gate = SchemaGate(logger: Self.logger) {}
        let once = Gated(gate: gate, inner: Brief { for await _ in done { return } })
        let last = Brief {
            try? await gracefulShutdown()
            finish.yield()
            try? await Task.sleep(for: .milliseconds(50))
        }
        let services: [any Service] = [gate, once, last]
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0, successTerminationBehavior: .ignore) },
                logger: Self.logger
            )
        )
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("the gate is open") { gate.isOpen }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test("Services that stand side by side stop at the same time")
    func together() async throws {
        let told = Atomic(0)
        let waitsForTheOther: @Sendable () async -> Void = {
            try? await gracefulShutdown()
            told.wrappingAdd(1, ordering: .relaxed)
            try? await eventually { told.load(ordering: .relaxed) == 2 }
        }
        let both = Together(services: [Brief(end: waitsForTheOther), Brief(end: waitsForTheOther)])
        let group = ServiceGroup(services: [both], logger: Self.logger)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(told.load(ordering: .relaxed) == 2)
    }

    @Test("A service that is stopped while its database is away stops as if nothing were")
    func withoutDatabase() async throws {
        let attempts = Atomic(0)
        // Nobody listens on the port of the discard protocol.
        let client = PostgresClient(
            configuration: try PostgresConfiguration(url: "postgres://a@127.0.0.1:9/a", applicationName: "tests"),
            logger: Self.logger
        )
        defer { client.close() }
        let gate = SchemaGate(logger: Self.logger) {
            attempts.wrappingAdd(1, ordering: .relaxed)
            try await Migrator(schema: "a", client: client).migrate([])
            try await Task.sleep(for: .seconds(60))
        }
        let group = ServiceGroup(services: [gate], logger: Self.logger)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("it tries") { attempts.load(ordering: .relaxed) > 0 }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test("A migration that is broken off is no failure", arguments: [true, false])
    func brokenOff(isPostgres: Bool) async throws {
        let isRunning = Atomic(false)
        try await TestPostgres.withClient { client in
            let gate = SchemaGate(logger: Self.logger) {
                isRunning.store(true, ordering: .relaxed)
                guard isPostgres else { return try await Task.sleep(for: .seconds(60)) }
                _ = try await client.withSession { try $0.execute("SELECT pg_sleep(60)") }
            }
            let group = ServiceGroup(services: [gate], logger: Self.logger)
            try await withThrowingTaskGroup { tasks in
                tasks.addTask { try await group.run() }
                try await eventually("it migrates") { isRunning.load(ordering: .relaxed) }
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }
}
