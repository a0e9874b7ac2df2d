import BlockingIO
import Foundation
import Postgres
import TestKit
import Testing

@Suite("COPY")
struct CopyTests {
    private struct Refusal: Error {}

    @Test("stores values as they are, inside the transaction, and the session goes on")
    func values() async throws {
        try await TestPostgres.withClient { client in
            let texts: [String?] = [nil, "", "\\N", "\\.", "a\tb\nc\rd\\e", "ü 👍", "\\", "\"", "NULL"]
            let bytes: [UInt8] = Array(0...255)
            let moment = Date(timeIntervalSince1970: 1_795_240_799)
            let id = UUID()
            try await client.transaction { session in
                session.enqueue("CREATE TABLE facts (n int, t text, b bytea, j jsonb, d timestamptz, u uuid, a text[])")
                let count = try session.copyIn("COPY facts FROM STDIN") { writer in
                    for (number, text) in texts.enumerated() {
                        try writer.row(
                            number,
                            text,
                            bytes,
                            PostgresJSON(Array(#"{"a": "\\\n"}"#.utf8)),
                            moment,
                            id,
                            ["x\ty", "\\"]
                        )
                    }
                }
                #expect(count == texts.count)
                session.enqueue("UPDATE facts SET n = n + 1")
            }
            try await client.withSession { session in
                let rows = try session.query("SELECT * FROM facts ORDER BY n")
                #expect(try rows.map { try $0.decode("t", as: String?.self) } == texts)
                for row in rows {
                    #expect(try row.decode("b", as: [UInt8].self) == bytes)
                    #expect(try row.decode("j", as: [UInt8].self) == Array(#"{"a": "\\\n"}"#.utf8))
                    #expect(try row.decode("d", as: Date.self) == moment)
                    #expect(try row.decode("u", as: UUID.self) == id)
                    #expect(try row.decode("a", as: [String].self) == ["x\ty", "\\"])
                }
            }
        }
    }

    @Test("of many rows does not wait for each")
    func many() async throws {
        try await TestPostgres.withClient { client in
            let count = try await client.withSession { session in
                try session.execute("CREATE TABLE facts (id bigint PRIMARY KEY, body text)")
                return try session.copyIn("COPY facts (id, body) FROM STDIN") { writer in
                    for id in 1...10_000 { try writer.row(id, "the body of fact \(id)") }
                }
            }
            #expect(count == 10_000)
            #expect(try await client.value("SELECT count(*) FROM facts") == 10_000)
        }
    }

    @Test("where nobody expects it ends the connection instead of hanging it")
    func unexpected() async throws {
        try await TestPostgres.withClient(configure: { $0.poolSize = 1 }) { client in
            for sql in ["COPY (SELECT 1) TO STDOUT", "COPY pg_description FROM STDIN"] as [SQL] {
                _ = try await failure { try await client.withSession { try $0.execute(sql) } }
                _ = try await failure { try await client.withSession { try $0.execute(script: sql.text) } }
                #expect(try await client.value("SELECT 1") == 1)
            }
        }
    }

    @Test("that fails, on either side, stores nothing and leaves a healthy session")
    func failures() async throws {
        try await TestPostgres.withClient(configure: { $0.poolSize = 1 }) { client in
            try await client.withSession { session in
                try session.execute("CREATE TABLE facts (id bigint CONSTRAINT once PRIMARY KEY)")
                #expect(throws: Refusal.self) {
                    try session.copyIn("COPY facts FROM STDIN") { writer in
                        for id in 1...20_000 { try writer.row(id) }
                        throw Refusal()
                    }
                }
                do {
                    _ = try session.copyIn("COPY facts FROM STDIN") { writer in
                        for id in 1...20_000 { try writer.row(id % 15_000) }
                    }
                    Issue.record("two rows with one key")
                } catch let error as PostgresError {
                    #expect(error.sqlState == .uniqueViolation && error.constraint == "once")
                }
                #expect(throws: PostgresError.self) { try session.copyIn("COPY nowhere FROM STDIN") { try $0.row(1) } }
                #expect(throws: PostgresError.self) { try session.copyIn("SELECT 1") { try $0.row(1) } }
                #expect(try session.query("SELECT * FROM facts").isEmpty)
            }
            #expect(client.statistics.opened == 1)
        }
    }
}
