import Foundation
import Postgres
import TestKit
import Testing

@Suite("The roles of a service")
struct RolesTests {
    private static let migration = Migration(
        1,
        "table",
        "CREATE TABLE things (id bigint GENERATED ALWAYS AS IDENTITY, name text)"
    )

    @Test("PG-4: a service migrates its own schema, works in it, and can neither change its shape nor see another's")
    func leastPrivilege() async throws {
        try await TestPostgres.withDatabase { database in
            try Self.prepareRoles(in: database)
            let client = try TestPostgres.client(Self.login("lesson_service", to: database))
            defer { client.close() }
            try await Migrator(schema: "lesson_service", client: client, owner: "lesson_service_owner")
                .migrate([Self.migration])

            let names = try await client.transaction { session in
                session.enqueue("INSERT INTO things (name) VALUES (\("a lesson"))")
                return try session.query("SELECT name FROM things").map { try $0.decode(0, as: String.self) }
            }
            #expect(names == ["a lesson"])
            for forbidden: SQL in [
                "ALTER TABLE things ADD COLUMN more text", "DROP TABLE things", "TRUNCATE things",
                "CREATE TABLE others (id int)",
                "CREATE TABLE student_service.others (id int)", "SET ROLE student_service_owner",
            ] {
                await #expect {
                    try await client.withSession { try $0.execute(forbidden) }
                } throws: { error in
                    SQLState.insufficientPrivilege ~= error
                }
            }
        }
    }

    /// As every start of the platform does it.
    private static func prepareRoles(in database: URL) throws {
        let psql = Process()
        psql.executableURL = URL(filePath: "/usr/bin/env")
        psql.arguments = ["psql", "--no-psqlrc", "--file", "deploy/postgres/roles.sql", database.absoluteString]
        psql.environment = ProcessInfo.processInfo.environment.merging(
            ["USER", "LESSON", "STUDENT"].map { ("\($0)_SERVICE_DB_PASSWORD", "secret") }
        ) { _, password in password }
        try psql.run()
        psql.waitUntilExit()
        try #require(psql.terminationStatus == 0)
    }

    private static func login(_ role: String, to database: URL) throws -> URL {
        var components = try #require(URLComponents(url: database, resolvingAgainstBaseURL: false))
        (components.user, components.password) = (role, "secret")
        return try #require(components.url)
    }
}
