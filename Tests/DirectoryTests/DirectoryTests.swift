import Contracts
public import EventSourcing
import Foundation
import Postgres
import TestKit
import Testing

@testable import Directory

@Suite("Who may see whom")
struct DirectoryTests {
    private let student = UUID.sample(1)
    private let tutor = UUID.sample(2)
    private let parent = UUID.sample(3)
    private let stranger = UUID.sample(4)

    @Test("a student sees himself, a parent the own child, a tutor the own student, an administrator everybody")
    func view() async throws {
        try await self.withDirectory { session in
            let seen = try self.everybody.map { person, role in
                try StudentAccess.view.admits(person, role, to: self.student, in: session)
            }
            #expect(seen == [true, true, true, true, false, false, false])
        }
    }

    @Test("only the student's tutors and administrators teach")
    func teach() async throws {
        try await self.withDirectory { session in
            let teaching = try self.everybody.map { person, role in
                try StudentAccess.teach.admits(person, role, to: self.student, in: session)
            }
            #expect(teaching == [false, true, false, true, false, false, false])
        }
    }

    @Test("of many students those are picked out who are the person's, and those nobody has heard of")
    func sifting() async throws {
        try await self.withDirectory { session in
            let other = UUID.sample(5)
            DirectoryWriter.add(other, .student, .russian, .utc, at: 1, in: session)
            let wanted: Set = [self.student, other, self.stranger]
            let answer = try StudentAccess.teach.sift(wanted, for: self.tutor, .tutor, in: session)
            #expect(answer.admitted == [self.student])
            #expect(answer.unknown == [self.stranger])
        }
    }

    @Test("what a role is related to counts for that role only")
    func crossed() async throws {
        try await self.withDirectory { session in
            let isParentTutor = try StudentAccess.view.admits(self.parent, .tutor, to: self.student, in: session)
            let isTutorParent = try StudentAccess.view.admits(self.tutor, .parent, to: self.student, in: session)
            #expect(!isParentTutor && !isTutorParent)
            let taught = try DirectoryQueries.students(of: self.tutor, as: .tutor, in: session)
            #expect(taught == [self.student])
            let raised = try DirectoryQueries.students(of: self.tutor, as: .parent, in: session)
            #expect(raised.isEmpty)
        }
    }

    @Test("a relation ends with its removal, and hearing things twice changes nothing")
    func removal() async throws {
        try await self.withDirectory { session in
            DirectoryWriter.relate(self.tutor, as: .tutor, to: self.student, at: 2, in: session)
            let taught = try DirectoryQueries.students(of: self.tutor, as: .tutor, in: session)
            #expect(taught == [self.student])
            for _ in 0..<2 { DirectoryWriter.separate(self.tutor, as: .tutor, from: self.student, at: 4, in: session) }
            let isTutorAdmitted = try StudentAccess.view.admits(self.tutor, .tutor, to: self.student, in: session)
            #expect(!isTutorAdmitted)
            let isParentAdmitted = try StudentAccess.view.admits(self.parent, .parent, to: self.student, in: session)
            #expect(isParentAdmitted)
        }
    }

    @Test("a person is known with role, status, language and time zone; others are not known at all")
    func person() async throws {
        try await self.withDirectory { session in
            let stranger = try DirectoryQueries.person(self.stranger, in: session)
            #expect(stranger == nil)
            let zone = try #require(TimeZoneID("Asia/Tokyo"))
            DirectoryWriter.update(self.student, .english, zone, at: 4, in: session)
            DirectoryWriter.set(.blocked, of: self.student, at: 5, in: session)
            // Who is known already is not made anew.
            DirectoryWriter.add(self.student, .admin, .russian, .utc, at: 1, in: session)
            let known = try DirectoryQueries.person(self.student, in: session)
            let person = try #require(known)
            #expect(person.role == .student)
            #expect(person.status == .blocked)
            #expect(person.locale == .english)
            #expect(person.timeZone == zone)
        }
    }

    @Test("what is heard late does not undo what was heard before")
    func late() async throws {
        try await self.withDirectory { session in
            DirectoryWriter.separate(self.tutor, as: .tutor, from: self.student, at: 5, in: session)
            DirectoryWriter.relate(self.tutor, as: .tutor, to: self.student, at: 2, in: session)
            let taught = try DirectoryQueries.students(of: self.tutor, as: .tutor, in: session)
            #expect(taught.isEmpty)

            DirectoryWriter.set(.blocked, of: self.stranger, at: 3, in: session)
            let unknown = try DirectoryQueries.person(self.stranger, in: session)
            #expect(unknown == nil, "blocked before it is known who that is")
            DirectoryWriter.update(self.stranger, .english, .utc, at: 2, in: session)
            DirectoryWriter.add(self.stranger, .tutor, .russian, .utc, at: 1, in: session)
            let known = try DirectoryQueries.person(self.stranger, in: session)
            #expect(
                known == Person(id: self.stranger, role: .tutor, status: .blocked, locale: .english, timeZone: .utc)
            )
        }
    }

    @Test("in a group it is enough to teach one of the students")
    func group() async throws {
        try await self.withDirectory { session in
            let mixed = try StudentAccess.teach.admits(
                self.tutor,
                .tutor,
                toAnyOf: [self.student, self.stranger],
                in: session
            )
            let none = try StudentAccess.teach.admits(self.tutor, .tutor, toAnyOf: [self.stranger], in: session)
            #expect(mixed && !none)
        }
    }

    @Test("an erased person is found among others")
    func erased() async throws {
        try await self.withDirectory { session in
            let before = try DirectoryQueries.isAnyErased([self.student, self.stranger], in: session)
            DirectoryWriter.set(.erased, of: self.student, at: 6, in: session)
            let after = try DirectoryQueries.isAnyErased([self.stranger, self.student], in: session)
            #expect(!before && after)
        }
    }

    private var everybody: [(UUID, PersonRole)] {
        [
            (self.student, .student), (self.tutor, .tutor), (self.parent, .parent), (self.stranger, .admin),
            (self.stranger, .student), (self.stranger, .tutor), (self.stranger, .parent),
        ]
    }

    /// Lends a session of a service that has heard of a student with a tutor and a parent.
    private func withDirectory(_ body: @escaping @Sendable (PostgresSession) throws -> Void) async throws {
        try await TestPostgres.withClient { client in
            try await Migrator(schema: "public", client: client).migrate(DirectoryMigrations.all)
            try await client.transaction { session in
                DirectoryWriter.add(self.student, .student, .russian, .utc, at: 1, in: session)
                DirectoryWriter.relate(self.tutor, as: .tutor, to: self.student, at: 2, in: session)
                DirectoryWriter.relate(self.parent, as: .parent, to: self.student, at: 3, in: session)
                try body(session)
            }
        }
    }
}

extension StreamVersion: ExpressibleByIntegerLiteral {
    /// The version as tests write it.
    public init(integerLiteral value: Int64) {
        self.init(rawValue: value)
    }
}
