import Contracts
import EventSourcing
import Foundation
import TestKit
import Testing

@testable import LessonService

@Suite("Completing a lesson")
struct LessonCompletionTests {
    private var report: LessonReport {
        get throws {
            LessonReport(
                score: try Score(92),
                mastery: .learned,
                comment: "Хорошо",
                participants: [Participation(studentID: Sample.boris, attendance: .excusedAbsence)]
            )
        }
    }

    @Test("records every student, as named or else as said for all")
    func complete() throws {
        let command = LessonCommand.complete(try self.report, at: Sample.noon + Sample.day)
        Scenario<Lesson>.given(Sample.scheduled)
            .when(command).then(Sample.completed)
            .when(command).thenRefused(.wrongStatus(.completed))
        Scenario<Lesson>.given(Sample.scheduled, Sample.started).when(command).then(Sample.completed)
    }

    @Test("is not possible before the lesson starts, unless it began early")
    func tooEarly() throws {
        let early = Sample.noon - Sample.minute
        let command = LessonCommand.complete(try self.report, at: early)
        Scenario<Lesson>.given(Sample.scheduled)
            .when(command).thenRefused(.notBegun(earliest: Sample.noon))
        Scenario<Lesson>.given(Sample.scheduled, .started(.init(lesson: Sample.outline, startedAt: early)))
            .when(command).then { events, _ in #expect(events.count == 1) }
    }

    @Test("is not possible for a lesson that is unknown or was cancelled")
    func wrongStatus() throws {
        let command = LessonCommand.complete(try self.report, at: Sample.noon)
        Scenario<Lesson>.given().when(command).thenRefused(.unknownLesson)
        Scenario<Lesson>.given(Sample.scheduled, Sample.cancelled)
            .when(command).thenRefused(.wrongStatus(.cancelled))
    }

    @Test("gives no grade to whoever was absent")
    func absent() throws {
        let report = LessonReport(score: try Score(50), attendance: .unexcusedAbsence)
        Scenario<Lesson>.given(Sample.scheduled)
            .when(.complete(report, at: Sample.noon))
            .then { _, lesson in
                #expect(lesson.participants.map(\.score) == [nil, nil])
                #expect(lesson.participants.map(\.attendance) == [.unexcusedAbsence, .unexcusedAbsence])
            }
        let contradiction = Participation(
            studentID: Sample.anna,
            attendance: .excusedAbsence,
            score: try Score(1)
        )
        Scenario<Lesson>.given(Sample.scheduled)
            .when(.complete(LessonReport(participants: [contradiction]), at: Sample.noon))
            .thenRefused(.scoreOfAbsentStudent(Sample.anna))
    }

    @Test("knows only the lesson's students, each of them once")
    func participants() {
        let stranger = Participation(studentID: Sample.stranger, attendance: .attended)
        Scenario<Lesson>.given(Sample.scheduled)
            .when(.complete(LessonReport(participants: [stranger]), at: Sample.noon))
            .thenRefused(.notAParticipant(Sample.stranger))
        let anna = Participation(studentID: Sample.anna, attendance: .late)
        Scenario<Lesson>.given(Sample.scheduled)
            .when(.complete(LessonReport(participants: [anna, anna]), at: Sample.noon))
            .thenRefused(.duplicateStudent(Sample.anna))
    }

    @Test("grades who is named and was there, but has no grade of the own, like all others")
    func namedWithoutScore() throws {
        let anna = Participation(studentID: Sample.anna, attendance: .late)
        let boris = Participation(studentID: Sample.boris, attendance: .excusedAbsence)
        let report = LessonReport(score: try Score(92), participants: [anna, boris])
        Scenario<Lesson>.given(Sample.scheduled).when(.complete(report, at: Sample.noon + Sample.day))
            .then { _, lesson in #expect(lesson.participants.map(\.score) == [92, nil]) }
    }

    @Test("takes grades from 0 to 100", arguments: [-1, 101, Int.min])
    func score(_ points: Int) throws {
        #expect(throws: LessonRefusal.scoreOutOfRange) { try Score(points) }
        #expect(try Score(0).points == 0)
        #expect(try Score(100).points == 100)
    }

    @Test("can be reverted, and done again")
    func revert() throws {
        let command = LessonCommand.complete(try self.report, at: Sample.noon + Sample.day)
        Scenario<Lesson>.given(Sample.scheduled, Sample.completed)
            .when(.revertCompletion(reason: "Не тот урок")).then(Sample.reverted)
            .when(.revertCompletion(reason: nil)).thenRefused(.wrongStatus(.scheduled))
            .when(command).then(Sample.completed)
        Scenario<Lesson>.given().when(.revertCompletion(reason: nil)).thenRefused(.unknownLesson)
    }

    @Test("when reverted leaves a lesson that had moved as moved")
    func revertMoved() {
        Scenario<Lesson>.given(Sample.scheduled, Sample.rescheduled, Sample.completed, Sample.reverted)
            .then { _, lesson in
                #expect(lesson.status == .rescheduled)
                #expect(lesson.participants.isEmpty)
            }
    }

    @Test("can be corrected for one student")
    func correct() throws {
        let late = Participation(studentID: Sample.boris, attendance: .late, score: try Score(70))
        let correction = LessonCommand.correctAttendance(late, reason: "Пришёл позже")
        Scenario<Lesson>.given(Sample.scheduled, Sample.completed)
            .when(correction).then(Sample.corrected)
            .when(correction).then()
            .then { _, lesson in #expect(lesson.participants.map(\.score) == [92, 70]) }
        Scenario<Lesson>.given().when(correction).thenRefused(.unknownLesson)
        Scenario<Lesson>.given(Sample.scheduled).when(correction).thenRefused(.wrongStatus(.scheduled))
        Scenario<Lesson>.given(Sample.scheduled, Sample.completed)
            .when(.correctAttendance(.init(studentID: Sample.stranger, attendance: .late), reason: nil))
            .thenRefused(.notAParticipant(Sample.stranger))
    }
}
