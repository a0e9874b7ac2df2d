import Contracts
import Directory
import EventSourcing
import EventStorePostgres
import Foundation
import Postgres
import ServiceTestKit
import TestKit
import Testing

@testable import ServiceKit
@testable import StudentService

@Suite("The read models of the student service", .service(StudentService.definition))
struct StudentReadModelTests {
    @Test("Rebuilt they equal the live ones, after lessons, corrections and withdrawals", arguments: [1, 2])
    func rebuild(seed: UInt64) async throws {
        try await StudentHouse.run { house in
            var random = SeededGenerator(seed: seed)
            for version in 1...80 {
                let lesson = house.lesson(
                    .sample(.random(in: 1...25, using: &random)),
                    LessonType.allCases.randomElement(using: &random) ?? .exam,
                    day: .random(in: -40...0, using: &random)
                )
                let attendance = Attendance.allCases.randomElement(using: &random) ?? .attended
                let score = attendance.isPresent ? Int.random(in: 0...100, using: &random) : nil
                let event =
                    Int.random(in: 0..<4, using: &random) == 0
                    ? try house.reverted(lesson, version: Int64(version))
                    : try house.held(lesson, score: score, attendance, version: Int64(version))
                try await house.service.receive(event)
            }
            let before = try await house.progress
            let ledger = try await house.student.getAll("\(house.path)/xp?limit=200")
            #expect(ledger.compactMap { $0["amount"]?.whole }.reduce(0, +) == before["xp"]?.whole)
            let rebuild = ProjectionRebuild(client: house.service.postgres, schema: StudentService.definition.schema)
            for projection in StudentService.definition.projections {
                let report = try await rebuild.run(projection)
                #expect(report.swapped)
                #expect(report.differing.isEmpty)
            }
            #expect(try await house.progress == before)
            #expect(try await house.student.getAll("\(house.path)/xp?limit=200") == ledger)
        }
    }

    @Test("Among 20,000 rows nobody's progress, achievements or ledger is looked for from end to end")
    func plans() async throws {
        try await StudentHouse.run { house in
            let id = house.student.id
            try await house.service.write { session in
                session.enqueue("INSERT INTO progress SELECT gen_random_uuid() FROM generate_series(1, 20000)")
                session.enqueue(
                    """
                    INSERT INTO achievements SELECT gen_random_uuid(), 'first_lesson', 50, now()
                    FROM generate_series(1, 20000)
                    """
                )
                session.enqueue(
                    """
                    INSERT INTO xp_ledger SELECT CASE WHEN n % 20 = 0 THEN \(id) ELSE gen_random_uuid() END, n, 0,
                        gen_random_uuid(), 100, 'lesson_completed', 'x', now()
                    FROM generate_series(100, 20099) AS n
                    """
                )
                session.enqueue(
                    "INSERT INTO directory_people SELECT gen_random_uuid(), 'student', 'active', 'ru', 'UTC' FROM generate_series(1, 20000)"
                )
                session.enqueue(
                    "INSERT INTO directory_relations SELECT gen_random_uuid(), 'tutor', gen_random_uuid() FROM generate_series(1, 20000)"
                )
            }
            try await house.service.write { $0.enqueue("ANALYZE") }
            let tutor = house.tutor.id
            let read = try await house.service.postgres.rowsRead { session in
                #expect(try StudentAccess.view.admits(tutor, .tutor, to: id, in: session))
                _ = try DirectoryQueries.person(id, in: session)
                _ = try ProgressQueries.progress(of: id, in: session)
                _ = try ProgressQueries.achievements(of: id, in: session)
                let page = try ProgressQueries.ledger(of: id, PageRequest(limit: 50, cursor: nil), in: session)
                #expect(page.items.count == 50)
                let next = PageRequest(limit: 50, cursor: page.nextCursor)
                #expect(try ProgressQueries.ledger(of: id, next, in: session).items.count == 50)
            }
            #expect(read["xp_ledger"] == 102)
            #expect(read.values.allSatisfy { $0 <= 102 }, "\(read)")
        }
    }
}
