import Contracts
import Crypto
import EventSourcing
import EventStorePostgres
import Foundation
import ServiceKit
import ServiceTestKit
import TestKit
import Testing

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

    /// What the routes write with; for what no route does yet.
    let lessons = AggregateRepository<Lesson>(projections: LessonService.projections, keys: LessonHouse.keys)

    static let keys = PersonalKeys(wrappingKey: SymmetricKey(data: Self.secret))
    private static let secret = [UInt8](repeating: 7, count: 32)

    static func run(_ body: @Sendable (LessonHouse) async throws -> Void) async throws {
        let clock = ManualClock(at: Sample.noon)
        try await RunningService.run(
            LessonService.definition,
            openAPI: PackageResources.openapi_yaml,
            environment: ["PERSONAL_DATA_KEY": Data(Self.secret).base64EncodedString()],
            clock: clock
        ) { try await body(try await LessonHouse($0)) }
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

    /// Lets the service hear about a person, as the user service would say it.
    func hear(_ payload: some PublicPayload, about person: Visitor, version: Int64 = 9) async throws {
        let subject = StreamName(category: "user", id: person.id)
        try await self.service.receive(.news(payload, of: subject, version: version, at: self.service.clock.date))
    }

    /// Builds every read model again, and expects the same.
    ///
    /// - Returns: How many events were read for each.
    @discardableResult
    func rebuildAll() async throws -> [Int] {
        let definition = LessonService.definition
        let rebuild = ProjectionRebuild(client: self.service.postgres, schema: definition.schema, keys: Self.keys)
        var events: [Int] = []
        for projection in definition.projections {
            let report = try await rebuild.run(projection)
            #expect(report.swapped, "\(projection.name)")
            #expect(report.differing.isEmpty)
            events.append(report.events)
        }
        return events
    }
}
