import Contracts
import EventSourcing
import Foundation
import TestKit
import Testing

@testable import StudentService

@Suite("What lessons mean for students")
struct LessonOutcomeTests {
    private let anna = UUID.sample(2)
    private let boris = UUID.sample(3)
    private let rules: LevelCurve
    private let lesson: LessonSummary

    init() throws {
        self.rules = try LevelCurve.documented
        self.lesson = LessonSummary(
            id: Sample.lesson,
            tutorID: .sample(1),
            studentIDs: [self.boris, self.anna],
            subject: "Математика",
            topic: "Дроби",
            type: .exam,
            skills: [],
            startsAt: Date(timeIntervalSince1970: 1_772_402_400),
            durationMinutes: 90,
            timeZone: .utc
        )
    }

    private func event(_ payload: some PublicPayload) throws -> IntegrationEvent {
        IntegrationEvent(
            id: .sample(100),
            type: type(of: payload).type,
            schemaVersion: 1,
            source: "lesson-service",
            subject: StreamName(category: "lesson", id: Sample.lesson),
            streamVersion: StreamVersion(rawValue: 7),
            position: .start,
            occurredAt: Date(timeIntervalSince1970: 0),
            metadata: EventMetadata(correlationID: "story"),
            data: [UInt8](try JSONEncoder.wire().encode(payload))
        )
    }

    @Test("is a result for everyone who is named in a completion, on the calendar of each")
    func completed() throws {
        let participants = [
            LessonParticipant(studentID: self.boris, attendance: .unexcusedAbsence),
            LessonParticipant(studentID: self.anna, attendance: .late, score: 92),
        ]
        let payload = LessonCompleted(lesson: self.lesson, mastery: .mastered, participants: participants)
        let outcome = try #require(try LessonOutcome(try self.event(payload)))
        #expect(outcome.students == [self.anna, self.boris])
        let moscow = try #require(TimeZoneID("Europe/Moscow"))
        guard
            case .recordLesson(Sample.lesson, let result, revision: 7, rules: _)? =
                outcome.command(for: self.anna, zone: moscow, rules: self.rules)
        else { return #expect(Bool(false), "no lesson to record") }
        #expect(result.attendance == .late)
        #expect(result.score == 92)
        #expect(result.mastery == .mastered)
        #expect(result.minutes == 90)
        #expect(result.day.description == "2026-03-02")
        #expect(outcome.command(for: .sample(9), zone: moscow, rules: self.rules) == nil)
    }

    @Test("is one result in a correction, and none in a reverted completion")
    func corrected() throws {
        let correction = LessonAttendanceCorrected(
            lesson: self.lesson,
            participant: LessonParticipant(studentID: self.boris, attendance: .attended),
            previous: LessonParticipant(studentID: self.boris, attendance: .excusedAbsence)
        )
        let outcome = try #require(try LessonOutcome(try self.event(correction)))
        #expect(outcome.students == [self.boris])
        let revert = try #require(try LessonOutcome(try self.event(LessonCompletionReverted(lesson: self.lesson))))
        #expect(revert.students == [self.anna, self.boris])
        guard
            case .withdrawLesson(Sample.lesson, revision: 7, rules: _)? =
                revert.command(for: self.boris, zone: .utc, rules: self.rules)
        else { return #expect(Bool(false), "no lesson to withdraw") }
    }

    @Test("is nothing in any other event")
    func others() throws {
        #expect(try LessonOutcome(try self.event(LessonScheduled(lesson: self.lesson))) == nil)
    }
}
