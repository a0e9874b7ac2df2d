import BlockingIO
import Foundation
import Postgres
import TestKit
import Testing

@Suite("Errors")
struct ErrorTests {
    @Test("are recognised by SQLSTATE and constraint, not by their text")
    func recognition() async throws {
        try await TestPostgres.withClient { client in
            try await client.withSession { session in
                try session.execute(
                    script: """
                        CREATE TABLE people (id bigint PRIMARY KEY, email text NOT NULL CONSTRAINT one_email UNIQUE,
                            age int CONSTRAINT grown CHECK (age > 17));
                        CREATE TABLE pets (owner bigint CONSTRAINT owned REFERENCES people);
                        CREATE TABLE slots (during int4range, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&));
                        INSERT INTO people VALUES (1, 'a', 18);
                        INSERT INTO slots VALUES ('[1,5)')
                        """
                )
                let cases: [(sql: SQL, state: SQLState, constraint: String?)] = [
                    ("INSERT INTO people VALUES (2, 'a', 18)", .uniqueViolation, "one_email"),
                    ("INSERT INTO people VALUES (2, 'b', 17)", .checkViolation, "grown"),
                    ("INSERT INTO people VALUES (2, NULL, 18)", .notNullViolation, nil),
                    ("INSERT INTO pets VALUES (9)", .foreignKeyViolation, "owned"),
                    ("INSERT INTO slots VALUES ('[4,6)')", .exclusionViolation, "no_overlap"),
                    ("SELEKT", .syntaxError, nil),
                    ("SELECT * FROM nowhere", .undefinedTable, nil),
                ]
                for (sql, state, constraint) in cases {
                    do {
                        try session.execute(sql)
                        Issue.record("\(sql) succeeded")
                    } catch let error as PostgresError {
                        #expect(error.sqlState == state && error.constraint == constraint)
                        #expect(error.code == .server && !error.isRetriable && !error.isConnectionLost)
                    }
                }
                #expect(try session.queryFirst("SELECT count(*) FROM people")?.decode(0, as: Int.self) == 1)
                do {
                    try session.execute("INSERT INTO people VALUES (3, 'a', 18)")
                    Issue.record("a second row with the same e-mail address")
                } catch SQLState.uniqueViolation {
                    // The pattern that callers use.
                }
            }
        }
    }

    @Test("never contain a parameter value, wherever one looks")
    func redaction() async throws {
        let canary = "canary-8d1f"
        try await TestPostgres.withClient { client in
            try await client.withSession { session in
                try session.execute("CREATE TABLE people (email text PRIMARY KEY, age int CHECK (age > 0))")
                try session.execute("INSERT INTO people VALUES (\(canary), 1)")
                let attempts: [SQL] = [
                    "INSERT INTO people VALUES (\(canary), 2)",
                    "INSERT INTO people VALUES (\("x" + canary), -1)",
                    "SELECT \(canary)::uuid",
                    "SELECT \(canary)::int",
                    "SELECT \(canary)::jsonb",
                    "SELECT \(canary)::timestamptz",
                    "SELECT * FROM people WHERE age = \(canary)",
                ]
                for attempt in attempts {
                    do {
                        try session.execute(attempt)
                        Issue.record("\(attempt) succeeded")
                    } catch {
                        for text in ["\(error)", String(reflecting: error), dumped(error)] {
                            #expect(!text.contains(canary))
                        }
                        #expect(String(reflecting: error).contains("SQL: \(attempt.text)"))
                    }
                }
            }
        }
    }

    @Test("a statement that takes too long is ended by the server, and the connection lives on")
    func statementTimeout() async throws {
        try await TestPostgres.withClient(configure: {
            $0.statementTimeout = .milliseconds(100); $0.poolSize = 1
        }) { client in
            let error = try await failure { try await client.withSession { try $0.execute("SELECT pg_sleep(5)") } }
            #expect(error.code == .timeout && error.sqlState == .queryCanceled && error.isRetriable)
            #expect(try await client.value("SELECT 1") == 1)
            #expect(client.statistics.opened == 1)
        }
    }

    @Test("PG-1: the connection carries its name, limits and formats, and the password appears nowhere")
    func configuration() async throws {
        let configuration = try PostgresConfiguration(
            url: "postgres://me:se%20cret@localhost/base?sslmode=prefer",
            applicationName: "lesson-service",
            schema: "lesson"
        )
        #expect(configuration.password == "se cret")
        for text in ["\(configuration)", String(reflecting: configuration), dumped(configuration)] {
            #expect(!text.contains("cret"))
            #expect(text.contains("localhost"))
        }
        let parts = PostgresConfiguration(
            hosts: ["h", "i"],
            database: "d",
            user: "u",
            password: "se cret/@",
            applicationName: "a"
        )
        #expect(!dumped(parts).contains("cret") && parts.description == "postgres://u@h,i:5432/d")
        #expect(parts.targetSessionAttributes == .readWrite)
        let invalid = try await failure { try PostgresConfiguration(url: "postgres://me:secret@[bad/base") }
        #expect(invalid.code == .invalidConfiguration && !String(reflecting: invalid).contains("secret"))

        try await TestPostgres.withDatabase { url in
            let configuration = try PostgresConfiguration(
                url: url.absoluteString,
                applicationName: "lesson-service",
                schema: #"le"s son"#
            )
            let client = PostgresClient(configuration: configuration, logger: .silent)
            defer { client.close() }
            try await client.withSession { session in
                let names = [
                    "application_name", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout",
                    "TimeZone", "search_path",
                ]
                let rows = try session.query("SELECT current_setting(name) FROM unnest(\(names)::text[]) AS name")
                let values = try rows.map { try $0.decode(0, as: String.self) }
                #expect(values == ["lesson-service", "5s", "2s", "15s", "UTC", #""le""s son",public"#])
            }
        }
    }

    @Test("a wrong password is told without the password")
    func refusedLogin() async throws {
        try await TestPostgres.withDatabase { url in
            let configuration = try PostgresConfiguration(
                url: "postgres://nobody-here:secret@127.0.0.1:\(try #require(url.port))/postgres"
            )
            let client = PostgresClient(configuration: configuration, logger: .silent)
            let error = try await failure { try await client.value("SELECT 1", as: Int.self) }
            #expect(error.code == .connectFailed && !String(reflecting: error).contains("secret"))
        }
    }
}
