import BlockingIO
import Postgres
import TestKit
import Testing

@Suite("Prepared statements")
struct StatementCacheTests {
    private static let count: SQL = "SELECT count(*) FROM pg_prepared_statements"

    @Test("are kept within bounds, the ones used last, and those dropped can be used again")
    func eviction() async throws {
        try await TestPostgres.withClient(configure: {
            $0.poolSize = 1; $0.statementCacheSize = 20
        }) { client in
            for round in 1...3 {
                for number in 1...100 {
                    let sql = SQL(unescaped: "SELECT \(number)")
                    let value = try await client.transaction { session in
                        session.enqueue("SELECT 'always in use'")
                        return try session.queryFirst(sql)?.decode(0, as: Int.self)
                    }
                    #expect(value == number, "round \(round)")
                }
            }
            #expect(try await client.value(Self.count, as: Int.self) <= 21)
            let kept = try await client.value(
                """
                SELECT min(prepare_time) < (SELECT prepare_time FROM pg_prepared_statements WHERE statement = 'SELECT 95')
                FROM pg_prepared_statements WHERE statement LIKE '%always%'
                """,
                as: Bool.self
            )
            #expect(kept)
            #expect(client.statistics.opened == 1)
        }
    }

    @Test("of one closure may be more than fit")
    func overflow() async throws {
        try await TestPostgres.withClient(configure: {
            $0.poolSize = 1; $0.statementCacheSize = 5
        }) { client in
            try await client.transaction { session in
                for number in 1...50 { session.enqueue(SQL(unescaped: "SELECT \(number)")) }
                let count = try session.queryFirst(Self.count)?.decode(0, as: Int.self)
                #expect(count ?? 0 >= 50)
            }
            #expect(try await client.value(Self.count, as: Int.self) <= 6)
        }
    }

    @Test("with equal text and other types are other statements")
    func types() async throws {
        try await withSharedSession { session in
            let values: [any PostgresEncodable] = [1, Int32(1), true, Double?.none, 1]
            let types = try values.map { value in
                try session.queryFirst("SELECT pg_typeof(\(value))::text")?.decode(0, as: String.self)
            }
            #expect(types == ["bigint", "integer", "boolean", "double precision", "bigint"])
        }
    }

    @Test("case 21: a migration that changes their result costs a repetition, not an error")
    func stalePlan() async throws {
        try await TestPostgres.withClient(configure: { $0.poolSize = 1 }) { client in
            try await client.withSession { session in
                try session.execute("CREATE TABLE facts (id bigint)")
                try session.execute("INSERT INTO facts VALUES (1)")
            }
            let read: SQL = "SELECT * FROM facts"
            #expect(try await client.transaction { try $0.query(read).first?.count } == 1)
            try await client.withSession { try $0.execute("ALTER TABLE facts ADD COLUMN body text") }
            #expect(try await client.transaction { try $0.query(read).first?.count } == 2)

            try await client.withSession { try $0.execute("ALTER TABLE facts ADD COLUMN more text") }
            let error = try await failure { try await client.withSession { try $0.query(read).count } }
            #expect(error.isRetriable)
            #expect(try await client.withSession { try $0.query(read).first?.count } == 3)
            #expect(client.statistics.opened == 1)
        }
    }

    @Test("that somebody else dropped are prepared again")
    func dropped() async throws {
        try await TestPostgres.withClient(configure: { $0.poolSize = 1 }) { client in
            try await client.transaction { try $0.execute("SELECT 'once'") }
            try await client.withSession { try $0.execute(script: "DEALLOCATE ALL") }
            #expect(try await client.transaction { try $0.query("SELECT 'once'").count } == 1)
        }
    }
}
