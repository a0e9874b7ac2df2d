import EventSourcing
import EventStorePostgres
import Foundation
import Postgres
import SampleService
import TestKit
import Testing

@Suite("A database that is killed")
struct CrashTests {
    @Test("case 15: no append is torn, none that was confirmed is lost, none happens twice, and the pool recovers")
    func killed() async throws {
        try await PrivateServer.with(.postgres) { server in
            // Test servers promise less than real ones: they confirm what is not written yet.
            let promise = "?options=-c%20synchronous_commit%3Don"
            let url = try #require(URL(string: "postgres://postgres@127.0.0.1:\(server.port)/postgres\(promise)"))
            let client = try TestPostgres.client(url) { $0.schema = "sample_service" }
            defer { client.close() }
            try await Migrator(schema: "sample_service", client: client).migrate(TestLog.migrations)
            let test = TestLog(url: url, client: client, schema: "sample_service")
            var outcomes: [Outcome] = []
            for _ in 0..<2 {
                outcomes += try await withThrowingTaskGroup(of: [Outcome].self) { group in
                    for _ in 0..<4 { group.addTask { try await self.writeUntilRefused(test) } }
                    let written = try await test.value("SELECT count(*) FROM events", as: Int.self)
                    try await eventually("some writing") {
                        try await test.value("SELECT count(*) FROM events", as: Int.self) > written + 30
                    }
                    try await server.kill()
                    return try await group.reduce(into: []) { $0 += $1 }
                }
                try await server.start()
                try await eventually("the pool recovers") {
                    do {
                        try await test.add([1], to: .version7())
                        return true
                    } catch let error as PostgresError where error.isRetriable {
                        return false
                    }
                }
            }

            for outcome in outcomes {
                let events = try await test.store.read(test.stream(outcome.jar), after: .empty)
                #expect(events.isEmpty || events.count == 3, "an append was torn")
                if outcome.isConfirmed == true { #expect(events.count == 3, "a confirmed append was lost") }
                if outcome.isConfirmed == false { #expect(events.isEmpty, "a refused append happened") }
                let changes = try await test.value(
                    "SELECT count(*) FROM jar_changes WHERE jar = \(outcome.jar)",
                    as: Int.self
                )
                #expect(changes == events.count)
            }
            #expect(outcomes.contains { $0.isConfirmed == true })
        }
    }

    /// What a writer was told.
    private struct Outcome {
        let jar: UUID
        /// `nil` when nobody could say.
        let isConfirmed: Bool?
    }

    private func writeUntilRefused(_ test: TestLog) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        while true {
            let jar = UUID.version7()
            do {
                try await test.add([1, 2, 3], to: jar)
                outcomes.append(.init(jar: jar, isConfirmed: true))
            } catch let error as PostgresError where error.code == .commitOutcomeUnknown {
                return outcomes + [.init(jar: jar, isConfirmed: nil)]
            } catch let error as PostgresError where error.isRetriable {
                return outcomes + [.init(jar: jar, isConfirmed: false)]
            }
        }
    }
}
