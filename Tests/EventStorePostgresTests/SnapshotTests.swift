import EventSourcing
import EventStorePostgres
import Foundation
import Postgres
import SampleService
import Testing

@Suite("Snapshots")
struct SnapshotTests {
    private let jars = AggregateRepository<Jar>(snapshots: .every(5))

    private func add(_ counts: [Int], to jar: UUID, _ test: TestLog) async throws {
        let jars = self.jars
        try await test.log.transaction(TestLog.origin) { try jars.handle(.add(counts), on: jar, in: $0) }
    }

    private func load(_ jar: UUID, _ test: TestLog) async throws -> Versioned<Jar> {
        let jars = self.jars
        return try await test.log.transaction(TestLog.origin) { try jars.load(jar, in: $0) }
    }

    @Test("are taken when enough has happened, and used from then on")
    func used() async throws {
        try await withTestLog { test in
            let jar = UUID.version7()
            try await self.add([1, 1, 1, 1], to: jar, test)
            #expect(try await test.value("SELECT count(*) FROM snapshots", as: Int.self) == 0)
            try await self.add([1, 1, 1], to: jar, test)
            #expect(try await test.value("SELECT stream_version FROM snapshots", as: Int.self) == 7)
            // Only a snapshot can know about marbles that no event added.
            try await test.execute(#"UPDATE snapshots SET state = '{"marbles": 1000}'"#)
            try await self.add([1], to: jar, test)
            let loaded = try await self.load(jar, test)
            #expect(loaded.state.marbles == 1001)
            #expect(loaded.version.rawValue == 8)
        }
    }

    @Test(
        "are never trusted when they are of another version or can not be read",
        arguments: ["snapshot_version = 2", "snapshot_version = 0", #"state = '{"stones": 7}'"#, "state = '[]'"]
    )
    func ignored(_ change: String) async throws {
        try await withTestLog { test in
            let jar = UUID.version7()
            try await self.add([1, 2, 3, 4, 5, 6], to: jar, test)
            try await test.execute(#"UPDATE snapshots SET state = '{"marbles": 1000}'"#)
            try await test.execute(SQL(unescaped: "UPDATE snapshots SET \(change)"))
            let loaded = try await self.load(jar, test)
            #expect(loaded.state.marbles == 21)
            #expect(loaded.version.rawValue == 6)
            try await self.add([1, 1, 1, 1], to: jar, test)
            #expect(try await self.load(jar, test).state.marbles == 25)
        }
    }
}
