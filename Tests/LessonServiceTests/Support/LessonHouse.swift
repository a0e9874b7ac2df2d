import Contracts
import EventSourcing
import Foundation
import ServiceTestKit
import TestKit

@testable import LessonService

/// The lesson service with a tutor, a student and a parent, and strangers of every kind.
struct LessonHouse: Sendable {
    let service: RunningService
    let tutor: Visitor
    let student: Visitor
    let parent: Visitor
    let otherTutor: Visitor
    let otherStudent: Visitor
    let otherParent: Visitor
    let admin: Visitor

    static func run(_ body: @Sendable (LessonHouse) async throws -> Void) async throws {
        let clock = ManualClock(at: Sample.noon)
        try await RunningService.run(LessonService.definition, openAPI: PackageResources.openapi_yaml, clock: clock) {
            try await body(try await LessonHouse($0))
        }
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
        try await service.meet(self.tutor.id, .tutor, zone: Sample.outline.timeZone)
        try await service.meet(self.student.id, .student)
        try await service.meet(self.otherStudent.id, .student)
        try await service.relate(self.tutor.id, as: .tutor, to: self.student.id)
        try await service.relate(self.parent.id, as: .parent, to: self.student.id)
        try await service.relate(self.otherTutor.id, as: .tutor, to: self.otherStudent.id)
        try await service.relate(self.otherParent.id, as: .parent, to: self.otherStudent.id)
    }

    /// What to send to plan a lesson, some hours from now.
    func plan(in hours: Double = 24, of students: [Visitor]? = nil) -> JSONValue {
        [
            "student_ids": .array((students ?? [self.student]).map { .string($0.name) }), "subject": "Математика",
            "starts_at": .string(self.time(in: hours)),
        ]
    }

    /// A time, some hours from now.
    func time(in hours: Double) -> String {
        RFC3339.string(self.service.clock.date.addingTimeInterval(hours * 3600))
    }

    /// Plans a lesson, and says where it is.
    func planned(in hours: Double = 24, of students: [Visitor]? = nil) async throws -> String {
        let answer = try await self.tutor.post("/api/v1/lessons", self.plan(in: hours, of: students))
        return answer[header: "Location"] ?? answer.text
    }
}
