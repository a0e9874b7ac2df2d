import EventSourcing
import Foundation
import Postgres
import SampleService
import TestKit
import Testing

@testable import EventStorePostgres

@Suite("Rebuilding a read model")
struct RebuildTests {
    private let projection = AnyProjection(JarContents())

    @Test("EV-16: the result equals the live model, whatever the history")
    func equalsLive() async throws {
        try await withTestLog { test in
            try await self.fill(test, jars: 20)
            let before = try await self.contents(test)
            let report = try await ProjectionRebuild(client: test.client, schema: test.schema, batch: 7)
                .run(self.projection)
            #expect(report == .init(events: 60, differing: [], swapped: true))
            #expect(try await self.contents(test) == before)
            try await test.add([1], to: .version7())
            #expect(try await self.contents(test).count == before.count + 1)
            let second = try await ProjectionRebuild(client: test.client, schema: test.schema).run(self.projection)
            #expect(second.swapped)
        }
    }

    @Test("EV-16: readers are served and writers go on meanwhile")
    func readersAndWriters() async throws {
        try await withTestLog { test in
            try await self.fill(test, jars: 30)
            let jars = try await test.value("SELECT count(*) FROM jar_contents", as: Int.self)
            let isOver = Gate()
            let written = try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    _ = try await self.repeating(until: isOver) {
                        let count = try await test.value("SELECT count(*) FROM jar_contents", as: Int.self)
                        #expect(count >= jars, "a reader found the table emptier than it ever was")
                    }
                    return 0
                }
                for _ in 0..<3 {
                    group.addTask {
                        try await self.repeating(until: isOver) {
                            let repository = test.jars
                            // Reads the model before it appends: the order in which locks would meet.
                            try await test.log.transaction(TestLog.origin) { work in
                                try work.session.execute("SELECT count(*) FROM jar_contents")
                                try repository.handle(.add([1, 2]), on: .version7(), in: work)
                            }
                        }
                    }
                }
                for _ in 0..<3 {
                    let report = try await ProjectionRebuild(client: test.client, schema: test.schema, batch: 20)
                        .run(self.projection)
                    #expect(report.differing.isEmpty)
                    #expect(report.swapped)
                }
                isOver.open()
                return try await group.reduce(0, +)
            }
            #expect(written > 0)
            #expect(try await test.value("SELECT count(*) FROM jar_contents", as: Int.self) == jars + written)
        }
    }

    @Test("a model that differs is left alone unless the difference is accepted")
    func differing() async throws {
        try await withTestLog { test in
            try await self.fill(test, jars: 3)
            try await test.execute("UPDATE jar_contents SET marbles = marbles + 1")
            let wrong = try await self.contents(test)
            let rebuild = ProjectionRebuild(client: test.client, schema: test.schema)
            let refused = try await rebuild.run(self.projection)
            #expect(refused == .init(events: 9, differing: ["jar_contents"], swapped: false))
            #expect(try await self.contents(test) == wrong)

            let accepted = try await rebuild.run(self.projection, acceptingDifferences: true)
            #expect(accepted == .init(events: 9, differing: ["jar_contents"], swapped: true))
            #expect(try await self.contents(test) == wrong.mapValues { $0 - 1 })
        }
    }

    @Test("one that is overtaken by another, or by a migration, changes nothing")
    func overtaken() async throws {
        try await withTestLog { test in
            try await self.fill(test, jars: 3)
            let before = try await self.contents(test)
            let rebuild = ProjectionRebuild(client: test.client, schema: test.schema, batch: 3)
            for interruption in [Interruption.rebuild, .migration] {
                await #expect(throws: ProjectionRebuild.Overtaken.self) {
                    try await withThrowingTaskGroup { group in
                        let (isRunning, goesOn) = (Gate(), Gate())
                        group.addTask {
                            _ = try await rebuild.run(self.projection) { _ in
                                isRunning.open()
                                goesOn.waitHere()
                            }
                        }
                        defer { goesOn.open() }
                        try await eventually("the first batch") { isRunning.isOpen }
                        switch interruption {
                        case .rebuild:
                            _ = try await ProjectionRebuild(client: test.client, schema: test.schema).run(
                                self.projection
                            )
                        case .migration:
                            try await test.execute(
                                "INSERT INTO migrations (number, name, checksum) VALUES (999, '', '')"
                            )
                        }
                        goesOn.open()
                        try await group.waitForAll()
                    }
                }
                #expect(try await self.contents(test) == before)
            }
        }
    }

    private enum Interruption { case rebuild, migration }

    @Test("indexes, constraints and their names, by which errors are recognised, are the same afterwards")
    func sameShape() async throws {
        try await withTestLog { test in
            try await self.fill(test, jars: 1)
            let before = try await self.shape(test)
            _ = try await ProjectionRebuild(client: test.client, schema: test.schema).run(self.projection)
            #expect(try await self.shape(test) == before)
            #expect(before.count >= 5)
        }
    }

    @Test("what one transaction took and another had given up is in order again, whichever stands first")
    func passedOn() async throws {
        try await withTestLog { test in
            try await Migrator(schema: test.schema, client: test.client)
                .migrate(TestLog.migrations + [JarMarks.migration])
            let jars = AggregateRepository<Jar>(projections: [JarMarks()])
            let (holder, taker) = (UUID.version7(), UUID.version7())
            try await test.log.transaction(TestLog.origin) { try jars.handle(.add([5]), on: holder, in: $0) }
            let (hasNumber, goesOn) = (Gate(), Gate())
            async let early: Void = test.log.transaction(TestLog.origin) { work in
                // The number is drawn here; what it takes is given up only later.
                try work.session.execute("SELECT pg_current_xact_id()")
                hasNumber.open()
                goesOn.waitHere()
                try jars.handle(.add([5]), on: taker, in: work)
            }
            try await eventually("the early transaction") { hasNumber.isOpen }
            try await test.log.transaction(TestLog.origin) { try jars.handle(.take(2), on: holder, in: $0) }
            goesOn.open()
            try await early

            let report = try await ProjectionRebuild(client: test.client, schema: test.schema)
                .run(AnyProjection(JarMarks()))
            #expect(report == .init(events: 3, differing: [], swapped: true))
            await #expect(throws: PostgresError.self) {
                try await test.execute("UPDATE jar_marks SET marbles = 1")
            }
        }
    }

    private func fill(_ test: TestLog, jars: Int) async throws {
        let repository = test.jars
        try await test.log.transaction(TestLog.origin) { work in
            for number in 1...jars {
                let id = UUID.version7()
                let full = try repository.handle(.add([number, 2]), on: id, in: work)
                try repository.handle(.take(1), on: id, from: full, in: work)
            }
        }
    }

    private func contents(_ test: TestLog) async throws -> [UUID: Int] {
        try await test.client.withSession { session in
            Dictionary(
                uniqueKeysWithValues: try session.query("SELECT id, marbles FROM jar_contents").map {
                    (try $0.decode(0, as: UUID.self), try $0.decode(1, as: Int.self))
                }
            )
        }
    }

    private func shape(_ test: TestLog) async throws -> [String] {
        try await test.client.withSession { session in
            try session.query(
                """
                SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
                WHERE connamespace = current_schema()::regnamespace AND conrelid::regclass::text LIKE 'jar%'
                UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename LIKE 'jar%'
                ORDER BY 1
                """
            ).map { try $0.decode(0, as: String.self) }
        }
    }

    /// - Returns: How often.
    private func repeating(until gate: Gate, _ body: () async throws -> Void) async throws -> Int {
        var count = 0
        while !gate.isOpen, !Task.isCancelled {
            try await body()
            count += 1
        }
        return count
    }
}
