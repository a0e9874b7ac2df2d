import Postgres
import TestKit
import Testing

@Suite("A session")
struct SessionTests {
    @Test("returns rows, counts and first rows")
    func query() async throws {
        try await TestPostgres.withClient { client in
            try await client.withSession { session in
                try session.execute("CREATE TABLE people (id bigint PRIMARY KEY, name text)")
                for id in 1...3 { session.enqueue("INSERT INTO people VALUES (\(id), \("person \(id)"))") }
                let rows = try session.query("SELECT id, name FROM people ORDER BY id")
                #expect(
                    try rows.map { try $0.decode("name", as: String.self) } == ["person 1", "person 2", "person 3"]
                )
                #expect(try session.execute("UPDATE people SET name = NULL WHERE id > \(1)") == 2)
                #expect(
                    try session.queryFirst("SELECT name FROM people WHERE id = 2")?.decode("name", as: String?.self)
                        == nil
                )
                #expect(try session.queryFirst("SELECT name FROM people WHERE id = 4") == nil)
            }
        }
    }

    @Test("repeated use of one statement prepares it once")
    func prepared() async throws {
        try await TestPostgres.withClient { client in
            for number in 1...3 {
                let sum = try await client.transaction { session in
                    try session.queryFirst("SELECT \(number) + \(1)")?.decode(0, as: Int.self)
                }
                #expect(sum == number + 1)
            }
            let count = try await client.withSession { session in
                try session.queryFirst(
                    "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1 + $2'"
                )?
                .decode(0, as: Int.self)
            }
            #expect(count == 1)
        }
    }
}
