import BlockingIO
import Contracts
import Directory
import EventSourcing
import FoundationEssentials
import Postgres
import ServiceTestKit
import TestKit
import Testing

@testable import ServiceKit

@Suite("Who is let in, and to whom")
struct AdmissionTests {
    private let tutor = UUID.sample(1)
    private let students = (10..<32).map { UUID.sample($0) }

    @Test("AU-4: whoever was blocked or erased is refused while the token still lives")
    func barred() async throws {
        try await self.run { server, client in
            let before = try await server.send("GET", "/me", as: .tutor, id: self.tutor)
            #expect(before.status == 204)
            let stranger = try await server.send("GET", "/me", as: .tutor)
            #expect(stranger.status == 204, "nobody has told us yet")
            for (status, version) in [(Person.Status.blocked, 5), (.erased, 6)] {
                try await client.withSession { session in
                    DirectoryWriter.set(
                        status,
                        of: self.tutor,
                        at: StreamVersion(rawValue: Int64(version)),
                        in: session
                    )
                    try session.flush()
                }
                let answer = try await server.send("GET", "/me", as: .tutor, id: self.tutor)
                #expect(answer.status == 403)
                #expect(try answer.json["type"] == "urn:repitbot:problem:account-closed")
            }
        }
    }

    @Test("A database that does not answer holds up no route that can do without it")
    func busyDatabase() async throws {
        try await self.run(connections: 1) { server, client in
            try await withThrowingTaskGroup { group in
                group.addTask { try await client.withSession { _ = try $0.execute("SELECT pg_sleep(60)") } }
                try await eventually("no connection being free") { client.statistics.inUse == 1 }
                let answer = try await server.send("GET", "/me", as: .tutor, id: self.tutor)
                #expect(answer.status == 204)
                #expect(client.statistics.inUse == 1, "nothing became free meanwhile")
                group.cancelAll()
                await #expect(throws: PostgresError.self) { try await group.waitForAll() }
            }
        }
    }

    @Test("A request may name a student twice, but not any number of students")
    func manyStudents() async throws {
        try await self.run { server, _ in
            let some = Array(self.students.prefix(20)) + self.students.prefix(20)
            let right = try await server.send("GET", self.path(some), as: .tutor, id: self.tutor)
            #expect(right.status == 204)
            let wrong = try await server.send("GET", self.path(self.students), as: .tutor, id: self.tutor)
            #expect(wrong.status == 400)
            let foreign = try await server.send("GET", self.path(some), as: .tutor)
            #expect(foreign.status == 404)
            let unknown = try await server.send("GET", self.path([.version7()]), as: .tutor, id: self.tutor)
            #expect(unknown.status == 404)
        }
    }

    @Test("A value that the database can not hold is a mistake of the request")
    func dataException() async throws {
        try await self.run { server, _ in
            let answer = try await server.send("GET", "/year", as: .tutor, id: self.tutor)
            #expect(answer.status == 400)
        }
    }

    private func path(_ students: [UUID]) -> String {
        "/students?" + students.map { "id=\($0.lowercased)" }.joined(separator: "&")
    }

    /// A service that has heard of a tutor with students, and believes nothing for longer than a moment.
    private func run(
        connections: Int = 8,
        _ body: @Sendable (TestServer, PostgresClient) async throws -> Void
    ) async throws {
        struct Query: Decodable {
            let id: [UUID]
        }
        try await TestPostgres.withClient(configure: { $0.poolSize = connections }) { client in
            try await Migrator(schema: "public", client: client).migrate(DirectoryMigrations.all)
            try await client.transaction { session in
                let first = StreamVersion(rawValue: 1)
                DirectoryWriter.add(self.tutor, .tutor, .russian, .utc, at: first, in: session)
                for student in self.students {
                    DirectoryWriter.add(student, .student, .russian, .utc, at: first, in: session)
                    DirectoryWriter.relate(self.tutor, as: .tutor, to: student, at: first, in: session)
                }
                try session.flush()
            }
            let admission = Admission(postgres: client, validity: .zero)
            try await TestServer.run(
                serving: { routes in
                    routes.get("/me", .authenticated) { _ in .noContent }
                    routes.get("/students", .authenticated) { request in
                        let wanted = try request.query(Query.self).id
                        try await StudentAccess.teach.require(try request.principal, for: wanted, in: client)
                        return .noContent
                    }
                    routes.get("/year", .authenticated) { _ in
                        let days = 100_000_000_000
                        return try await client.withSession { session in
                            try session.execute("SELECT date '2026-01-01' + \(days)::bigint::int")
                            return .noContent
                        }
                    }
                },
                admission: admission
            ) { server in
                try await body(server, client)
            }
        }
    }
}
