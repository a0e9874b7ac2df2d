import Contracts
import EventSourcing
import Foundation
import ServiceTestKit
import TestKit

@testable import StudentService

/// The student service with a tutor, a student and a parent, and strangers of every kind.
struct StudentHouse: Sendable {
    let service: RunningService
    let tutor: Visitor
    let student: Visitor
    let parent: Visitor
    let otherTutor: Visitor
    let otherStudent: Visitor
    let otherParent: Visitor
    let admin: Visitor

    /// 1 March 2026, noon in London.
    static let noon = Date(timeIntervalSince1970: 1_772_366_400)

    static func run(
        broker: TestBroker? = nil,
        _ body: @Sendable (StudentHouse) async throws -> Void
    ) async throws {
        try await RunningService.run(
            StudentService.definition,
            openAPI: PackageResources.openapi_yaml,
            broker: broker,
            clock: ManualClock(at: Self.noon)
        ) { try await body(try await StudentHouse($0)) }
    }

    private init(_ service: RunningService) async throws {
        self.service = service
        self.tutor = try service.visitor(.tutor)
        self.student = try service.visitor(.student)
        self.parent = try service.visitor(.parent)
        self.otherTutor = try service.visitor(.tutor)
        self.otherStudent = try service.visitor(.student)
        self.otherParent = try service.visitor(.parent)
        self.admin = try service.visitor(.admin)
        for person in [self.tutor, self.otherTutor] { try await service.meet(person.id, .tutor) }
        for person in [self.student, self.otherStudent] { try await service.meet(person.id, .student) }
        try await service.relate(self.tutor.id, as: .tutor, to: self.student.id)
        try await service.relate(self.parent.id, as: .parent, to: self.student.id)
        try await service.relate(self.otherTutor.id, as: .tutor, to: self.otherStudent.id)
        try await service.relate(self.otherParent.id, as: .parent, to: self.otherStudent.id)
    }

    /// Where the student's progress is.
    var path: String { "/api/v1/students/\(self.student.name)" }

    /// The student's progress, as the student sees it.
    var progress: JSONValue {
        get async throws { try await self.student.get(self.path).json }
    }

    /// A lesson of the student, on a day before or after today.
    func lesson(_ id: UUID, _ type: LessonType = .regular, day: Int = 0, minutes: Int = 60) -> LessonSummary {
        LessonSummary(
            id: id,
            tutorID: self.tutor.id,
            studentIDs: [self.student.id],
            subject: "Математика",
            topic: "Дроби",
            type: type,
            skills: [],
            startsAt: Self.noon.addingTimeInterval(Double(day) * 86_400),
            durationMinutes: minutes,
            timeZone: .utc
        )
    }

    /// What the lesson service says when a lesson was held.
    func held(
        _ lesson: LessonSummary,
        score: Int? = nil,
        _ attendance: Attendance = .attended,
        version: Int64 = 2
    ) throws -> IntegrationEvent {
        let participant = LessonParticipant(studentID: self.student.id, attendance: attendance, score: score)
        let completed = LessonCompleted(lesson: lesson, score: score, participants: [participant])
        return try self.news(completed, lesson, version)
    }

    /// What the lesson service says when it was not held after all.
    func reverted(_ lesson: LessonSummary, version: Int64 = 3) throws -> IntegrationEvent {
        try self.news(LessonCompletionReverted(lesson: lesson), lesson, version)
    }

    private func news(
        _ payload: some PublicPayload,
        _ lesson: LessonSummary,
        _ version: Int64
    ) throws -> IntegrationEvent {
        try .news(
            payload,
            of: StreamName(category: "lesson", id: lesson.id),
            version: version,
            at: self.service.clock.date
        )
    }
}
