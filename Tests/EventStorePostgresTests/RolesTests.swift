import EventSourcing
import EventStorePostgres
import Foundation
import Postgres
import SampleService
import TestKit
import Testing

/// The roles of `deploy/postgres/roles.sql` belong to the whole server, so one test sets them up at a time.
@Suite("PG-4: a service that logs in without the right to change tables", .serialized)
struct RolesTests {
    private static let service = "lesson_service"
    private static let owner = "lesson_service_owner"

    @Test("migrates as the owner of its schema, works as itself, and can neither change tables nor look at others'")
    func migrates() async throws {
        try await self.withService { test in
            try await test.add([1, 2], to: .version7())
            #expect(try await test.value("SELECT count(*) FROM jar_changes", as: Int.self) == 2)
            #expect(
                try await test.value(
                    "SELECT tableowner FROM pg_tables WHERE schemaname = \(Self.service) AND tablename = 'events'",
                    as: String.self
                ) == Self.owner
            )
            let forbidden = [
                "ALTER TABLE jar_contents ADD COLUMN extra text", "DROP TABLE jar_contents",
                "CREATE TABLE mine (id bigint)",
                "CREATE SCHEMA mine", "TRUNCATE events", "ALTER TABLE events DISABLE TRIGGER ALL",
                "SELECT * FROM user_service.secrets",
            ]
            for statement in forbidden {
                let error = await #expect(throws: PostgresError.self, "\(statement)") {
                    try await test.execute(SQL(unescaped: statement))
                }
                #expect(error?.sqlState == SQLState(rawValue: "42501"), "\(statement)")
            }
        }
    }

    @Test("rebuilds a read model as the owner, and has the same rights on it afterwards")
    func rebuilds() async throws {
        try await self.withService { test in
            try await test.add([1, 2], to: .version7())
            let before = try await self.rights(test)
            let report = try await ProjectionRebuild(client: test.client, schema: Self.service, owner: Self.owner)
                .run(AnyProjection(JarContents()))
            #expect(report.swapped)
            #expect(try await self.rights(test) == before)
            #expect(before.contains { $0.contains(Self.service) })
            try await test.add([3], to: .version7())
            #expect(try await test.value("SELECT sum(marbles) FROM jar_contents", as: Int.self) == 6)
        }
    }

    @Test("an exclusion constraint over a person and a time range works for it")
    func exclusion() async throws {
        let bookings = Migration(
            101,
            "bookings",
            """
            CREATE EXTENSION IF NOT EXISTS btree_gist;
            CREATE TABLE bookings (
                tutor uuid NOT NULL,
                during tstzrange NOT NULL,
                EXCLUDE USING gist (tutor WITH =, during WITH &&)
            );
            """
        )
        try await self.withService(migrations: [bookings]) { test in
            let tutor = UUID.version7()
            let booking: SQL =
                "INSERT INTO bookings VALUES (\(tutor), tstzrange('2026-03-01 10:00', '2026-03-01 11:00'))"
            try await test.execute(booking)
            let error = await #expect(throws: PostgresError.self) { try await test.execute(booking) }
            #expect(error?.sqlState == .exclusionViolation)
            try await test.execute(
                "INSERT INTO bookings VALUES (\(tutor), tstzrange('2026-03-01 11:00', '2026-03-01 12:00'))"
            )
        }
    }

    private func rights(_ test: TestLog) async throws -> [String] {
        try await test.client.withSession { session in
            try session.query(
                """
                SELECT relname || ' ' || relowner::regrole || ' ' || acl::text FROM pg_class, unnest(relacl) acl
                WHERE relname LIKE 'jar%' AND relkind = 'r' ORDER BY 1
                """
            ).map { try $0.decode(0, as: String.self) }
        }
    }

    /// Prepares a database as in production and lends a log to which the service has logged in.
    private func withService(
        migrations: [Migration] = [],
        _ body: @Sendable (TestLog) async throws -> Void
    ) async throws {
        try await TestPostgres.withDatabase { url in
            try self.prepareRoles(url)
            let administrator = try TestPostgres.client(url)
            defer { administrator.close() }
            try await administrator.withSession { session in
                try session.execute("CREATE TABLE user_service.secrets (id bigint)")
            }
            let client = try TestPostgres.client(url) {
                $0.user = Self.service
                $0.password = "of-the-test"
                $0.schema = Self.service
            }
            defer { client.close() }
            try await Migrator(schema: Self.service, client: client, owner: Self.owner)
                .migrate(TestLog.migrations + migrations)
            try await body(TestLog(url: url, client: client, schema: Self.service))
        }
    }

    private func prepareRoles(_ url: URL) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let psql = Process()
        psql.executableURL = URL(filePath: "/usr/bin/env")
        psql.arguments = [
            "psql", "--no-psqlrc", "--dbname", url.absoluteString, "--file",
            root.appending(path: "deploy/postgres/roles.sql").path,
        ]
        psql.environment = ProcessInfo.processInfo.environment.merging([
            "USER_SERVICE_DB_PASSWORD": "of-the-test", "LESSON_SERVICE_DB_PASSWORD": "of-the-test",
            "STUDENT_SERVICE_DB_PASSWORD": "of-the-test",
        ]) { $1 }
        try psql.run()
        psql.waitUntilExit()
        try #require(psql.terminationStatus == 0)
    }
}
