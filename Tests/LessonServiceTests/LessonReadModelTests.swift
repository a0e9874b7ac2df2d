import Contracts
import Directory
import EventSourcing
import EventStorePostgres
import Foundation
import Postgres
import ServiceTestKit
import TestKit
import Testing

@testable import LessonService
@testable import ServiceKit

@Suite("The read models of the lesson service", .service(LessonService.definition))
struct LessonReadModelTests {
    @Test("Rebuilt they equal the live ones, after whatever tutors may do", arguments: [1, 2])
    func rebuild(seed: UInt64) async throws {
        try await LessonHouse.run { house in
            var random = SeededGenerator(seed: seed)
            var lessons: [String] = []
            for step in 0..<60 {
                if lessons.isEmpty || Int.random(in: 0..<4, using: &random) == 0 {
                    let hours = Double(Int.random(in: -200..<0, using: &random))
                    let answer = try await house.tutor.post("/api/v1/lessons", house.plan(in: hours))
                    lessons += [answer[header: "Location"]].compactMap(\.self)
                    continue
                }
                let lesson = lessons[Int.random(in: lessons.indices, using: &random)]
                let time = JSONValue.string(house.time(in: Double(Int.random(in: -200..<0, using: &random))))
                let answer =
                    switch Int.random(in: 0..<6, using: &random) {
                    case 0: try await house.tutor.post("\(lesson)/start")
                    case 1: try await house.tutor.post("\(lesson)/complete", ["score": .integer(Int64(step))])
                    case 2: try await house.tutor.post("\(lesson)/reschedule", ["starts_at": time])
                    case 3: try await house.tutor.post("\(lesson)/revert-completion")
                    case 4: try await house.tutor.post("\(lesson)/cancel", ["kind": "excused"])
                    default: try await house.tutor.patch(lesson, ["topic": "\(step)", "skills": ["a", "b"]])
                    }
                #expect([200, 409].contains(answer.status))
            }
            #expect(try await house.rebuildAll().allSatisfy { $0 > 60 / 4 })
            #expect(try await house.tutor.get(lessons[0]).status == 200)
        }
    }

    @Test("A corrected attendance stands in the lesson of a group, live and rebuilt")
    func correctedAttendance() async throws {
        try await LessonHouse.run { house in
            try await house.service.relate(house.tutor.id, as: .tutor, to: house.otherStudent.id)
            let lesson = try await house.planned(in: -2, of: [house.student, house.otherStudent])
            #expect(try await house.tutor.post("\(lesson)/complete", ["score": 92]).status == 200)
            let id = try #require(UUID(uuidString: String(lesson.suffix(36))))
            let ill = Participation(studentID: house.otherStudent.id, attendance: .excusedAbsence)
            try await house.service.log.transaction(EventMetadata(correlationID: "tests")) { work in
                try house.lessons.handle(.correctAttendance(ill, reason: "Болел"), on: id, in: work)
            }
            let participants = try await house.tutor.get(lesson).json["participants"]?.elements ?? []
            #expect(participants.map { $0["attendance"] } == ["attended", "excused_absence"])
            #expect(participants.map { $0["score"] } == [92, .null])
            try await house.rebuildAll()
        }
    }

    @Test("Among 20,000 lessons nobody's list, lesson or conflict is looked for from end to end")
    func plans() async throws {
        try await LessonHouse.run { house in
            try await house.service.write { session in
                session.enqueue(Self.manyLessons)
                session.enqueue(Self.manyRelations)
            }
            try await house.service.write { $0.enqueue("ANALYZE") }
            let people: [(PersonRole, String)] = [
                (.tutor, "00000000-0000-0000-0000-000000000007"), (.student, "10000000-0000-0000-0000-000000000007"),
                (.parent, "20000000-0000-0000-0000-000000000007"), (.admin, "30000000-0000-0000-0000-000000000007"),
            ]
            for (role, id) in people {
                let viewer = Principal(id: try #require(UUID(uuidString: id)), role: role, sessionID: .version7())
                let read = try await house.service.postgres.rowsRead { session in
                    let page = try LessonsQueries.list(
                        .everything,
                        PageRequest(limit: 50, cursor: nil),
                        for: viewer,
                        in: session
                    )
                    let next = PageRequest(limit: 50, cursor: page.nextCursor)
                    _ = try LessonsQueries.list(.everything, next, for: viewer, in: session)
                    let first = try #require(page.items.first)
                    _ = try LessonsQueries.lesson(first.id, for: viewer, in: session)
                }
                #expect(read["lessons"] ?? 0 > 0)
                #expect(read.values.allSatisfy { $0 < 600 }, "\(role): \(read)")
            }
            let read = try await house.service.postgres.rowsRead { session in
                let tutor = try #require(UUID(uuidString: people[0].1))
                let wish = Appointment(
                    people: [tutor],
                    startsAt: Date(timeIntervalSince1970: 1_772_000_000),
                    minutes: 60
                )
                #expect(try CalendarQueries.obstacle(for: wish, except: .sample(1), in: session) == nil)
                let start = Date(timeIntervalSince1970: 1_772_000_000)
                let student = try #require(UUID(uuidString: people[1].1))
                #expect(try LessonsQueries.withTexts(of: tutor, limit: 50, in: session).count == 50)
                #expect(try LessonsQueries.countUpcoming(of: tutor, at: start, in: session) > 0)
                #expect(try LessonsQueries.upcoming(of: tutor, with: student, at: start, in: session).count > 0)
            }
            #expect(read.values.allSatisfy { $0 < 600 }, "\(read)")
            // The measure itself: what no index serves is seen.
            let all = try await house.service.postgres.rowsRead { session in
                _ = try session.query("SELECT count(*) FROM lessons WHERE notes = 'x'")
            }
            #expect(all == ["lessons": 20_000])
        }
    }

    /// 200 tutors with 100 lessons each; 1,000 students.
    private static let manyLessons: SQL = """
        WITH new AS (
            SELECT gen_random_uuid() AS id, n, ('00000000-0000-0000-0000-' || lpad((n % 200)::text, 12, '0'))::uuid AS tutor,
                ('10000000-0000-0000-0000-' || lpad((n % 1000)::text, 12, '0'))::uuid AS student,
                timestamptz '2026-01-01' + (n / 200) * interval '1 day' AS start
            FROM generate_series(0, 19999) AS n),
        planned AS (
            INSERT INTO calendar (lesson_id, person, during) SELECT id, tutor, tstzrange(start, start + interval '1 hour')
            FROM new)
        INSERT INTO lessons (id, tutor_id, student_ids, subject, topic, lesson_type, skills, starts_at, original_starts_at,
            duration_minutes, time_zone, status, participants, version, created_at, updated_at)
        SELECT id, tutor, ARRAY[student], 'a', 'b', 'regular', '{}', start, start, 60, 'UTC', 'scheduled', '[]', 1, start, start
        FROM new
        """

    /// Each student has a parent and a tutor.
    private static let manyRelations: SQL = """
        INSERT INTO directory_relations (student, relation, person)
        SELECT ('10000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, relation,
            (prefix || '0000000-0000-0000-0000-' || lpad((n % size)::text, 12, '0'))::uuid
        FROM generate_series(0, 9999) AS n, (VALUES ('parent', '2', 10000), ('tutor', '0', 200)) AS k (relation, prefix, size)
        """
}

extension LessonFilter {
    fileprivate static let everything = LessonFilter(
        studentID: nil,
        tutorID: nil,
        from: nil,
        to: nil,
        status: nil,
        topic: nil
    )
}
