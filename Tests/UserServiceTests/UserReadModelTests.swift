import Contracts
import EventSourcing
import Foundation
import Postgres
import ServiceTestKit
import TestKit
import Testing

@testable import ServiceKit
@testable import UserService

@Suite("The read models of the user service", .service(UserService.definition))
struct UserReadModelTests {
    @Test("Rebuilt they equal the live ones, after whatever may happen to people", arguments: [1, 2])
    func rebuild(seed: UInt64) async throws {
        try await UserHouse.run { house in
            var life = RandomLife(house, seed: seed, tutor: try await house.tutor())
            for _ in 0..<6 { try await life.liveThroughEverything() }
            try await house.rebuildAll()
            #expect(try await life.tutor.get("/auth/me").status == 200)
            let happened = try await house.service.postgres.withSession { session in
                try session.query("SELECT DISTINCT type FROM events").map { try $0.decode(0, as: String.self) }
            }
            #expect(Set(UserEvent.codec.types).subtracting(happened) == [])
        }
    }

    @Test("somebody who was blocked before coming in is invited again afterwards, not active")
    func blockedInvitation() async throws {
        try await UserHouse.run { house in
            let tutor = try await house.tutor()
            let student = try await house.bring(.student, by: tutor).visitor
            let path = "/api/v1/users/\(student.name)"
            try await house.handle(.block(by: tutor.id), on: student.id)
            #expect(try await tutor.get(path).json["status"] == "blocked")
            try await house.handle(.unblock(by: tutor.id), on: student.id)
            #expect(try await tutor.get(path).json["status"] == "invited")
            try await house.handle(.block(by: tutor.id), on: tutor.id)
            try await house.handle(.unblock(by: tutor.id), on: tutor.id)
            #expect(try await tutor.get("/auth/me").json["status"] == "active")
            try await house.rebuildAll()
        }
    }

    @Test("Among 20,000 people nobody's list, profile, account or session is looked for from end to end")
    func plans() async throws {
        try await UserHouse.run { house in
            let tutor = try await house.tutor()
            let student = try await house.bring(.student, by: tutor).visitor
            let parent = try await house.bring(.parent, by: tutor, children: [student]).visitor
            let admin = try await house.admin()
            try await house.service.write { session in Self.fill(session, student: student.id) }
            try await house.service.write { $0.enqueue("ANALYZE") }
            for (role, person) in [(PersonRole.tutor, tutor), (.student, student), (.parent, parent), (.admin, admin)] {
                let viewer = Principal(id: person.id, role: role, sessionID: .version7())
                let read = try await house.service.postgres.rowsRead { session in
                    for role in [nil, PersonRole.student] {
                        let filter = UserFilter(role: role, search: nil)
                        let page = try PeopleQueries.list(
                            filter,
                            PageRequest(limit: 20, cursor: nil),
                            for: viewer,
                            in: session
                        )
                        let next = PageRequest(limit: 20, cursor: page.nextCursor)
                        _ = try PeopleQueries.list(filter, next, for: viewer, in: session)
                    }
                    _ = try PeopleQueries.person(student.id, for: viewer, in: session)
                    _ = try PeopleQueries.isLookedAfter(student.id, by: person.id, in: session)
                    _ = try SessionQueries.open(of: person.id, in: session)
                    _ = try CredentialsQueries.passwordHash(of: person.id, in: session)
                    _ = try CredentialsQueries.account(try EmailAddress("7@example.org"), in: session)
                }
                #expect(read["people"] ?? 0 > 0)
                #expect(read.values.allSatisfy { $0 < 600 }, "\(role): \(read)")
            }
        }
    }

    private static func fill(_ session: PostgresSession, student: UUID) {
        session.enqueue(
            """
            INSERT INTO people (id, role, status, locale, time_zone, version, created_at)
            SELECT gen_random_uuid(), (ARRAY['tutor', 'student', 'parent'])[1 + n % 3], 'active', 'ru', 'UTC', 1,
                now() - n * interval '1 minute'
            FROM generate_series(1, 20000) AS n
            """
        )
        session.enqueue(
            "INSERT INTO credentials SELECT gen_random_uuid(), n || '@example.org' FROM generate_series(1, 20000) AS n"
        )
        session.enqueue(
            "INSERT INTO sessions SELECT gen_random_uuid(), gen_random_uuid(), now(), now() FROM generate_series(1, 20000)"
        )
        session.enqueue(
            """
            INSERT INTO directory_relations SELECT gen_random_uuid(), (ARRAY['tutor', 'parent'])[1 + n % 2], gen_random_uuid()
            FROM generate_series(1, 20000) AS n
            """
        )
    }
}
