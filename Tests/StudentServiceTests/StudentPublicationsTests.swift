import Contracts
import EventSourcing
import Foundation
import TestKit
import Testing

@testable import StudentService

@Suite("What the others learn about a student's progress")
struct StudentPublicationsTests {
    private func publish(_ event: StudentEvent) throws -> [IntegrationEvent] {
        let payload = event.payload
        let stored = NewEvent(
            id: .sample(100),
            type: type(of: payload).type,
            schemaVersion: 1,
            data: try payload.encoded(event: .sample(100)),
            metadata: EventMetadata(correlationID: "story", causationID: .sample(99)),
            recordedAt: Date(timeIntervalSince1970: 0)
        )
        return try StudentPublications.all.publish(
            RecordedEvent(
                position: GlobalPosition(transaction: 1, sequence: 1),
                stream: StreamName(category: Student.category, id: .sample(2)),
                streamVersion: StreamVersion(rawValue: 1),
                event: stored
            )
        )
    }

    @Test("is, for a lesson, the experience and the streaks")
    func recorded() throws {
        let published = try self.publish(Sample.recorded)
        #expect(published.map(\.type) == ["xp.earned", "streak.updated"])
        #expect(Set(published.map(\.id)).count == 2)
        let earned = try published[0].decode(XPEarned.self)
        let cause = XPCause(reason: .lessonCompleted, id: Sample.lesson.lowercased)
        #expect(earned == XPEarned(studentID: .sample(2), amount: 300, cause: cause))
    }

    @Test(
        "is every step of a decision",
        arguments: [
            (Sample.created, ["student.created"]),
            (Sample.withdrawn, ["xp.revoked", "streak.updated"]),
            (Sample.firstLesson, ["achievement.earned", "xp.earned"]),
            (Sample.firstLessonLost, ["achievement.revoked", "xp.revoked"]),
            (Sample.levelUp, ["student.level_up"]),
            (StudentEvent.levelChanged(.init(level: 1, previousLevel: 2)), []),
        ]
    )
    func everyStep(_ event: StudentEvent, _ types: [String]) throws {
        #expect(try self.publish(event).map(\.type) == types)
    }

    @Test("is what the contracts list, all of it and nothing else")
    func listed() throws {
        let published = try Sample.events.flatMap { try self.publish($0).map(\.type) }
        #expect(Set(published) == Set(StudentEvents.all.map { $0.type }))
    }
}
