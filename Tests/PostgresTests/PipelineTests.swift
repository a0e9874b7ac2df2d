import BlockingIO
import Foundation
import Postgres
import TestKit
import Testing

@Suite("A pipeline")
struct PipelineTests {
    @Test("is one round trip, whatever it contains")
    func oneRoundTrip() async throws {
        try await TestPostgres.withDatabase { url in
            let proxy = try FaultProxy(to: try #require(url.port))
            defer { proxy.stop() }
            let client = try localClient(port: proxy.port, database: url.lastPathComponent)
            defer { client.close() }
            try await client.withSession { try $0.execute("CREATE TABLE facts (id bigint PRIMARY KEY, body text)") }
            proxy.fault = .latency(.milliseconds(100))
            let started = ContinuousClock.now
            try await client.transaction { session in
                for id in 1...50 { session.enqueue("INSERT INTO facts VALUES (\(id), \("fact \(id)"))") }
            }
            // There and back is 200 ms; 53 statements that waited for each other would take more than ten seconds.
            #expect(started.duration(to: .now) < .seconds(8))
            proxy.fault = .none
            #expect(try await client.value("SELECT count(*) FROM facts") == 50)
        }
    }

    @Test("throws its first error, undoes everything, and leaves a healthy connection behind")
    func firstError() async throws {
        try await TestPostgres.withClient(configure: { $0.poolSize = 1 }) { client in
            try await client.withSession {
                try $0.execute("CREATE TABLE facts (id bigint CONSTRAINT once PRIMARY KEY)")
            }
            let error = try await failure {
                try await client.transaction { session in
                    for id in [1, 2, 2, 3] { session.enqueue("INSERT INTO facts VALUES (\(id))") }
                    session.enqueue("INSERT INTO nowhere VALUES (1)")
                    session.enqueue("SELECT 1 / 0")
                }
            }
            #expect(error.sqlState == .uniqueViolation && error.constraint == "once")
            #expect(error.debugDescription.contains("INSERT INTO facts VALUES ($1)"))
            #expect(try await client.value("SELECT count(*) FROM facts") == 0)
            // The statements after the error were never prepared; used again, they still work.
            try await client.withSession { try $0.execute("CREATE TABLE nowhere (id bigint)") }
            try await client.transaction { $0.enqueue("INSERT INTO nowhere VALUES (1)") }
            #expect(try await client.value("SELECT count(*) FROM nowhere") == 1)
            #expect(client.statistics.opened == 1)
        }
    }

    @Test("outside a transaction it is one: all or nothing up to the statement that waits")
    func implicitTransaction() async throws {
        try await TestPostgres.withClient { client in
            try await client.withSession { session in
                try session.execute("CREATE TABLE facts (id bigint PRIMARY KEY)")
                session.enqueue("INSERT INTO facts VALUES (1)")
                try session.flush()
                session.enqueue("INSERT INTO facts VALUES (2)")
                session.enqueue("INSERT INTO facts VALUES (1)")
                #expect(throws: PostgresError.self) { try session.flush() }
                // The session goes on.
                #expect(try session.query("SELECT id FROM facts").count == 1)
            }
        }
    }

    @Test("what was enqueued last is sent when the closure ends, and its error is the closure's")
    func enqueuedLast() async throws {
        try await TestPostgres.withClient { client in
            try await client.withSession { $0.enqueue("CREATE TABLE facts (id bigint PRIMARY KEY)") }
            try await client.withSession { $0.enqueue("INSERT INTO facts VALUES (1)") }
            let error = try await failure {
                try await client.withSession { $0.enqueue("INSERT INTO facts VALUES (1)") }
            }
            #expect(error.sqlState == .uniqueViolation)
        }
    }

    @Test("can not deadlock, however much both sides have to say")
    func bothBuffersFull() async throws {
        try await withSharedSession { session in
            let payload = String(repeating: "x", count: 100_000)
            for _ in 1...300 { session.enqueue("SELECT \(payload)::text || \(payload)::text") }
            let row = try session.queryFirst("SELECT length(\(payload)::text)")
            #expect(try row?.decode(0, as: Int.self) == 100_000)
        }
    }

    @Test("returns large results whole")
    func largeResult() async throws {
        try await withSharedSession { session in
            let rows = try session.query("SELECT n, repeat('ü', 20) AS t FROM generate_series(1, 100000) AS n")
            #expect(rows.count == 100_000)
            #expect(try rows[99_999].decode("n", as: Int.self) == 100_000)
            #expect(try rows[0].decode("t", as: String.self) == String(repeating: "ü", count: 20))
        }
    }

    @Test("more parameters than the protocol can count are refused")
    func tooManyParameters() async throws {
        try await withSharedSession { session in
            var text = SQL.StringInterpolation(literalCapacity: 0, interpolationCount: 65_536)
            text.appendLiteral("SELECT 1 WHERE 1 IN (0")
            for number in 1...65_536 {
                text.appendLiteral(",")
                text.appendInterpolation(number)
            }
            text.appendLiteral(")")
            let sql = SQL(stringInterpolation: text)
            #expect(throws: PostgresError.self) { try session.query(sql) }
            let rows = try session.query("SELECT 1")
            #expect(rows.count == 1)
        }
    }

    @Test("a session is of no use after its closure")
    func escaped() async throws {
        try await TestPostgres.withClient { client in
            let escaped = try await client.withSession { session in
                try session.execute("SELECT 1")
                return Escaped(session: session)
            }
            escaped.session.enqueue("CREATE TABLE facts (id bigint)")
            #expect(throws: PostgresError.self) { try escaped.session.query("SELECT 1") }
            #expect(try await client.value("SELECT to_regclass('facts') IS NULL") == true)
        }
    }

    /// `@unchecked Sendable`: does what the compiler otherwise prevents, to see that it is refused at run time too.
    private struct Escaped: @unchecked Sendable {
        let session: PostgresSession
    }
}
