import EventSourcing
import EventStorePostgres
import Foundation
import Postgres
import SampleService
import TestKit
import Testing

@Suite("Appending to the log")
struct AppendTests {
    @Test("EV-7: writers in conflict decide again, none is lost and nothing is counted twice")
    func conflicts() async throws {
        try await withTestLog { test in
            let jar = UUID.version7()
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask { for _ in 0..<5 { try await test.add([1, 2], to: jar) } }
                }
                try await group.waitForAll()
            }
            let events = try await test.store.read(test.stream(jar), after: .empty)
            #expect(events.map(\.streamVersion.rawValue) == Array(1...80))
            #expect(try await test.load(jar).state.marbles == 8 * 5 * 3)
            #expect(try await test.value("SELECT marbles FROM jar_contents WHERE id = \(jar)", as: Int.self) == 120)
        }
    }

    @Test("now is a time that can be written down: read models made at once and made from the log hold the same")
    func now() async throws {
        try await withTestLog { test in
            let log = EventLog(client: test.client, clock: { Date(timeIntervalSince1970: 1_772_377_200.123_456) })
            let now = try await log.transaction(TestLog.origin) { $0.now }
            #expect(RFC3339.date(RFC3339.string(now)) == now)
        }
    }

    @Test("EV-7: positions never invert a stream, even when a transaction draws its number early and appends late")
    func earlyNumberLateAppend() async throws {
        try await withTestLog { test in
            let jar = UUID.version7()
            let (reached, release) = (Gate(), Gate())
            let attempts = Tally()
            let jars = test.jars
            async let early: Void = test.log.transaction(TestLog.origin) { work in
                attempts.add()
                // Any write draws the number; this one is the older.
                try work.session.execute("INSERT INTO snapshots VALUES ('other', \(UUID.version7()), 1, 1, '{}')")
                if attempts.count == 1 {
                    reached.open()
                    release.waitHere()
                }
                try jars.handle(.add([1]), on: jar, in: work)
            }
            await reached.pass()
            try await test.add([10], to: jar)
            release.open()
            try await early

            #expect(attempts.count == 2, "the first try must be refused with 40001")
            let events = try await test.store.read(test.stream(jar), after: .empty)
            #expect(events.count == 2)
            #expect(events.map(\.position) == events.map(\.position).sorted())
            #expect(try await test.load(jar).state.marbles == 11)
        }
    }

    @Test(
        "the log is append-only, even for its owner",
        arguments: ["UPDATE events SET type = 'x'", "DELETE FROM events", "TRUNCATE events"]
    )
    func appendOnly(_ statement: String) async throws {
        try await withTestLog { test in
            try await test.add([1], to: .version7())
            let error = await #expect(throws: PostgresError.self) {
                try await test.execute(SQL(unescaped: statement))
            }
            #expect(error?.sqlState == SQLState(rawValue: "23001"))
            #expect(try await test.value("SELECT count(*) FROM events", as: Int.self) == 1)
        }
    }

    @Test("a refusal leaves nothing behind")
    func refusal() async throws {
        try await withTestLog { test in
            let jar = UUID.version7()
            let jars = test.jars
            await #expect(throws: Jar.Refusal.notEnough) {
                try await test.log.transaction(TestLog.origin) { work in
                    let full = try jars.handle(.add([1, 2]), on: jar, in: work)
                    try jars.handle(.take(4), on: jar, from: full, in: work)
                }
            }
            let version = try await test.load(jar).version
            let rows = try await test.value("SELECT count(*) FROM jar_contents", as: Int.self)
            #expect(version == .empty)
            #expect(rows == 0)
        }
    }

    @Test("EV-1: read models are written in the transaction of the append, so whoever wrote reads his own writes")
    func inlineProjection() async throws {
        try await withTestLog { test in
            let jar = UUID.version7()
            let jars = test.jars
            let seen = try await test.log.transaction(TestLog.origin) { work in
                try jars.handle(.add([3, 4]), on: jar, in: work)
                return try work.session.queryFirst("SELECT marbles FROM jar_contents WHERE id = \(jar)")?
                    .decode(0, as: Int.self)
            }
            #expect(seen == 7)
            await #expect(throws: Whim.self) {
                try await test.log.transaction(TestLog.origin) { work in
                    try jars.handle(.add([100]), on: jar, in: work)
                    try work.session.flush()
                    throw Whim()
                }
            }
            #expect(try await test.value("SELECT marbles FROM jar_contents WHERE id = \(jar)", as: Int.self) == 7)
            #expect(try await test.load(jar).version.rawValue == 2)
        }
    }

    @Test("EV-6: every event says who, why, when and in which request")
    func metadata() async throws {
        try await withTestLog { test in
            let jar = UUID.version7()
            let origin = EventMetadata(
                correlationID: "request-1",
                causationID: .version7(),
                actor: .version7(),
                traceParent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            )
            let jars = test.jars
            let time = Date(timeIntervalSince1970: 1_772_377_200.125)
            let log = EventLog(client: test.client, clock: { time })
            try await log.transaction(origin) { try jars.handle(.add([1, 2]), on: jar, in: $0) }
            try await test.add([3], to: jar)

            let events = try await test.store.read(correlatedBy: "request-1")
            #expect(events.map(\.streamVersion.rawValue) == [1, 2])
            #expect(events.allSatisfy { $0.event.metadata == origin && $0.event.recordedAt == time })
            #expect(Set(events.map(\.event.id)).count == 2)
        }
    }

    @Test("the relay is woken after a commit, and only then")
    func wakes() async throws {
        try await withTestLog { test in
            let commits = Tally()
            let jars = test.jars
            let log = EventLog(client: test.client, committed: { commits.add() })
            await #expect(throws: Jar.Refusal.notEnough) {
                try await log.transaction(TestLog.origin) { try jars.handle(.take(1), on: .version7(), in: $0) }
            }
            #expect(commits.count == 0)
            try await log.transaction(TestLog.origin) { try jars.handle(.add([1]), on: .version7(), in: $0) }
            #expect(commits.count == 1)
        }
    }
}

private struct Whim: Error {}
