import EventSourcing
import EventStorePostgres
import Foundation
import Postgres
import SampleService
import TestKit
import Testing

@Suite("Reading the log in order")
struct OrderTests {
    @Test("EV-4, case 12: a number that commits late is neither skipped nor overtaken")
    func sequenceGap() async throws {
        try await withTestLog { test in
            let (late, soon) = (UUID.version7(), UUID.version7())
            let (appended, release) = (Gate(), Gate())
            let jars = test.jars
            async let slow: Void = test.log.transaction(TestLog.origin) { work in
                try jars.handle(.add([1]), on: late, in: work)
                try work.session.flush()
                appended.open()
                release.waitHere()
            }
            await appended.pass()
            try await test.add([2], to: soon)

            // The younger event is committed and has the higher number; a reader by numbers would go past the older one.
            #expect(try await test.value("SELECT count(*) FROM events", as: Int.self) == 1)
            #expect(try await test.store.readAll(after: .start, limit: 10).isEmpty)
            release.open()
            try await slow

            #expect(try await test.follow(count: 2).map(\.stream.id) == [late, soon])
        }
    }

    @Test("EV-4: a lower number of a younger transaction is not skipped either")
    func lowerNumberOfYoungerTransaction() async throws {
        try await withTestLog { test in
            let (old, young) = (UUID.version7(), UUID.version7())
            let (numbered, release) = (Gate(), Gate())
            let jars = test.jars
            async let slow: Void = test.log.transaction(TestLog.origin) { work in
                // Draws its transaction number now, its place in the log later.
                try work.session.execute("INSERT INTO snapshots VALUES ('other', \(old), 1, 1, '{}')")
                numbered.open()
                release.waitHere()
                try jars.handle(.add([1]), on: old, in: work)
            }
            await numbered.pass()
            try await test.add([2], to: young)
            release.open()
            try await slow

            #expect(try await test.follow(count: 2).map(\.stream.id) == [old, young])
        }
    }

    @Test("EV-4: whoever follows the log while many write misses nothing and sees every stream in order")
    func followsConcurrentWriters() async throws {
        try await withTestLog { test in
            let jars = (0..<4).map { _ in UUID.version7() }
            let total = 4 * 4 * 10
            try await withThrowingTaskGroup { group in
                for writer in 0..<4 {
                    group.addTask {
                        for round in 0..<10 { for jar in jars { try await test.add([writer + round], to: jar) } }
                    }
                }
                group.addTask {
                    var versions: [UUID: Int64] = [:]
                    var position = GlobalPosition.start
                    var seen = 0
                    try await eventually(within: .seconds(30), "\(total) events") {
                        for event in try await test.store.readAll(after: position, limit: 7) {
                            #expect(event.position > position)
                            #expect(event.streamVersion.rawValue == versions[event.stream.id, default: 0] + 1)
                            versions[event.stream.id] = event.streamVersion.rawValue
                            position = event.position
                            seen += 1
                        }
                        return seen == total
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test(
        "EV-4, case 13: a writer that falls asleep in its transaction holds readers up until the server ends it",
        arguments: [false, true]
    )
    func idleWriter(inAnotherDatabase: Bool) async throws {
        try await withTestLog { test in
            try await TestPostgres.withDatabase { elsewhere in
                let sleeper = try TestPostgres.client(inAnotherDatabase ? elsewhere : test.url) {
                    $0.idleInTransactionTimeout = .milliseconds(500)
                }
                defer { sleeper.close() }
                let (wrote, release) = (Gate(), Gate())
                let asleep = Task {
                    try await sleeper.transaction(retries: 0) { session in
                        try session.execute("CREATE TABLE dreams (id bigint)")
                        wrote.open()
                        release.waitHere()
                        try session.execute("INSERT INTO dreams VALUES (1)")
                    }
                }
                await wrote.pass()
                let jar = UUID.version7()
                try await test.add([1], to: jar)
                #expect(try await test.store.readAll(after: .start, limit: 10).isEmpty)
                try await eventually("the reader going on") {
                    try await test.store.readAll(after: .start, limit: 10).map(\.stream.id) == [jar]
                }
                release.open()
                let error = await #expect(throws: PostgresError.self) { try await asleep.value }
                #expect(error?.isConnectionLost == true)
            }
        }
    }
}
