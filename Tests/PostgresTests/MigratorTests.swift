import Postgres
import TestKit
import Testing

@Suite("Migrations")
struct MigratorTests {
    private static let history = [
        Migration(1, "people", "CREATE TABLE people (id bigint PRIMARY KEY); INSERT INTO people VALUES (1);"),
        Migration(2, "names", "ALTER TABLE people ADD COLUMN name text;\nCREATE INDEX ON people (name);"),
    ]

    @Test("are applied once, in order, and recorded; the schema is created")
    func applied() async throws {
        try await TestPostgres.withClient { client in
            let migrator = Migrator(schema: "lesson", client: client)
            try await migrator.migrate(Array(Self.history.prefix(1)))
            try await migrator.migrate(Self.history.reversed())
            try await migrator.migrate(Self.history)
            #expect(try await client.value("SELECT count(*) FROM lesson.people WHERE name IS NULL") == 1)
            #expect(
                try await client.value("SELECT string_agg(number || name, ',' ORDER BY number) FROM lesson.migrations")
                    == "1people,2names"
            )
            // An older version starts while a newer one has already been here.
            try await migrator.migrate(Array(Self.history.prefix(1)))
        }
    }

    private static let template = TestTemplate { try await Migrator(schema: "lesson", client: $0).migrate(history) }

    @Test("can be done once for many tests", arguments: 1...3)
    func template(number: Int) async throws {
        try await Self.template.withClient { client in
            try await client.withSession { try $0.execute("INSERT INTO lesson.people VALUES (\(number + 1))") }
            #expect(try await client.value("SELECT count(*) FROM lesson.people") == 2)
        }
    }

    @Test("may be started by several instances at the same time")
    func together() async throws {
        try await TestPostgres.withClient { client in
            try await withThrowingTaskGroup { group in
                for _ in 1...6 {
                    group.addTask { try await Migrator(schema: "lesson", client: client).migrate(Self.history) }
                }
                try await group.waitForAll()
            }
            #expect(try await client.value("SELECT count(*) FROM lesson.people") == 1)
        }
    }

    @Test("that were changed after they had been applied, or share a number, are refused")
    func edited() async throws {
        try await TestPostgres.withClient { client in
            let migrator = Migrator(schema: "lesson", client: client)
            try await migrator.migrate(Self.history)
            let edited = [Migration(1, "people", "CREATE TABLE people (id uuid PRIMARY KEY)"), Self.history[1]]
            let error = try await failure { try await migrator.migrate(edited) }
            #expect(error.code == .migration && error.isFatal)
            let twins = Self.history + [Migration(2, "twin", "SELECT 1")]
            #expect(try await failure { try await migrator.migrate(twins) }.code == .migration)
        }
    }

    @Test("that fail leave nothing behind, and those before them stay")
    func failing() async throws {
        try await TestPostgres.withClient { client in
            let migrator = Migrator(schema: "lesson", client: client)
            let broken = Self.history + [Migration(3, "broken", "CREATE TABLE half (id bigint); SELECT 1 / 0;")]
            let error = try await failure { try await migrator.migrate(broken) }
            #expect(error.sqlState?.category == "22")
            #expect(try await client.value("SELECT to_regclass('lesson.half') IS NULL") == true)
            #expect(try await client.value("SELECT max(number) FROM lesson.migrations") == 2)
        }
    }

    @Test("OP-5: give up a lock they can not get soon, and try again")
    func locked() async throws {
        try await TestPostgres.withClient { client in
            let migrator = Migrator(schema: "lesson", client: client)
            try await migrator.migrate(Array(Self.history.prefix(1)))
            let holder = Task {
                try await client.withSession { session in
                    try session.execute("BEGIN")
                    session.setStatementTimeout(.seconds(10))
                    try session.execute("SELECT * FROM lesson.people")
                    try session.execute("SELECT pg_sleep(3)")
                    try session.execute("ROLLBACK")
                }
            }
            try await eventually {
                try await client.value("SELECT count(*) FROM pg_locks WHERE relation = 'lesson.people'::regclass") > 0
            }
            try await migrator.migrate(Self.history)
            _ = try await holder.value
            #expect(try await client.value("SELECT max(number) FROM lesson.migrations") == 2)
        }
    }
}
