import Postgres
import TestKit
import Testing

@Suite("Interpolation")
struct SQLTests {
    @Test("makes parameters, never text")
    func parameters() {
        let name = "Robert'); DROP TABLE students; --"
        let sql: SQL = "INSERT INTO students (name, age) VALUES (\(name), \(7))"
        #expect(sql.text == "INSERT INTO students (name, age) VALUES ($1, $2)")
        #expect(
            !"\(sql)".contains("Robert") && !String(reflecting: sql).contains("Robert")
                && !dumped(sql).contains("Robert")
        )
    }

    @Test(
        "quotes identifiers",
        arguments: [("a", #""a""#), (#"a"b"#, #""a""b""#), (#""; DROP TABLE x; --"#, #""""; DROP TABLE x; --""#)]
    )
    func identifiers(name: String, quoted: String) {
        let sql: SQL = "SELECT * FROM \(identifier: name)"
        #expect(sql.text == "SELECT * FROM \(quoted)")
    }

    @Test("survives attempts at injection on a real server")
    func injection() async throws {
        let attempts = [
            "'; DROP TABLE students; --", "' OR '1'='1", "\\'; DROP TABLE students; --", "$1",
            "\"; DROP TABLE students; --",
            "x'; SELECT pg_sleep(10); --", "\u{2019}; DROP TABLE students; --", "%_", "{}", "\\\\",
        ]
        try await TestPostgres.withClient { client in
            try await client.withSession { try $0.execute("CREATE TABLE students (name text PRIMARY KEY)") }
            for attempt in attempts {
                try await client.withSession { session in
                    try session.execute("INSERT INTO students VALUES (\(attempt))")
                    let rows = try session.query("SELECT name FROM students WHERE name = \(attempt)")
                    #expect(try rows.map { try $0.decode(0, as: String.self) } == [attempt])
                    #expect(try session.query("SELECT 1 AS \(identifier: attempt)").first?.columns == [attempt])
                }
            }
            #expect(try await client.value("SELECT count(*) FROM students") == attempts.count)
        }
    }
}
