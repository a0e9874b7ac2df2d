import Contracts
import EventSourcing
import Foundation
import TestKit
import Testing

@testable import LessonService

@Suite("Planning a lesson")
struct LessonPlanningTests {
    @Test("states the plan, without blanks around texts and without empty ones")
    func plan() throws {
        Scenario<Lesson>.given().when(.schedule(try Sample.plan, at: Sample.noon)).then(Sample.scheduled)
    }

    @Test("happens once")
    func once() throws {
        Scenario<Lesson>.given(Sample.scheduled)
            .when(.schedule(try Sample.plan, at: Sample.noon)).thenRefused(.alreadyScheduled)
    }

    @Test("works for a lesson of up to a year ago, not before")
    func writtenDownLater() throws {
        let year = 366 * Sample.day
        Scenario<Lesson>.given().when(.schedule(try Sample.plan, at: Sample.noon + year)).then(Sample.scheduled)
        Scenario<Lesson>.given()
            .when(.schedule(try Sample.plan, at: Sample.noon + year + 1)).thenRefused(.tooFarInThePast)
    }

    @Test("needs students, each of them once")
    func students() throws {
        #expect(throws: LessonRefusal.noStudents) { try StudentGroup([]) }
        #expect(throws: LessonRefusal.duplicateStudent(Sample.anna)) {
            try StudentGroup([Sample.anna, Sample.boris, Sample.anna])
        }
        #expect(throws: LessonRefusal.tooManyStudents(limit: 20)) { try StudentGroup((0...20).map(UUID.sample)) }
        #expect(try StudentGroup((1...20).map(UUID.sample)).ids.count == 20)
    }

    @Test("checks its texts")
    func texts() throws {
        func expect(_ refusal: LessonRefusal, _ change: (inout LessonPlan) -> Void) throws {
            var plan = try Sample.plan
            change(&plan)
            Scenario<Lesson>.given().when(.schedule(plan, at: Sample.noon)).thenRefused(refusal)
        }
        try expect(.missing(.subject)) { $0.subject = " \n" }
        try expect(.tooLong(.subject)) { $0.subject = String(repeating: "я", count: 101) }
        try expect(.tooLong(.topic)) { $0.topic = String(repeating: "я", count: 501) }
        try expect(.tooLong(.notes)) { $0.notes = String(repeating: "я", count: 10_001) }
        try expect(.tooLong(.skills)) { $0.skills = Array(repeating: "навык", count: 21) }
        try expect(.missing(.skills)) { $0.skills = [""] }
        try expect(.tooLong(.subject)) { $0.subject = "e" + String(repeating: "\u{301}", count: 100_000) }
        try expect(.malformed(.topic)) { $0.topic = "Дроби\u{202E}" }
        try expect(.malformed(.roomURL)) { $0.roomURL = "javascript:alert(1)" }
    }

    @Test("takes a quarter of an hour to five hours", arguments: [14, 301, 0, -60, Int.max])
    func duration(_ minutes: Int) throws {
        #expect(throws: LessonRefusal.durationOutOfRange) { try LessonDuration(minutes: minutes) }
        #expect(try LessonDuration(minutes: 15).minutes == 15)
        #expect(try LessonDuration(minutes: 300).minutes == 300)
    }

    @Test("can be changed until the lesson is over")
    func update() throws {
        let change = LessonChange(topic: "Теорема Виета", type: .practice, roomURL: "", notes: "Взять циркуль")
        Scenario<Lesson>.given(Sample.scheduled)
            .when(.update(change)).then(Sample.updated)
            .when(.update(change)).then()
        Scenario<Lesson>.given(Sample.scheduled, Sample.started).when(.update(change)).then(Sample.updated)
        Scenario<Lesson>.given().when(.update(change)).thenRefused(.unknownLesson)
        Scenario<Lesson>.given(Sample.scheduled, Sample.completed)
            .when(.update(change)).thenRefused(.wrongStatus(.completed))
    }

    @Test("can be changed in every detail")
    func everyDetail() throws {
        let change = LessonChange(
            subject: "Физика",
            skills: ["опыт"],
            duration: try LessonDuration(minutes: 90)
        )
        var new = Sample.outline
        new.subject = "Физика"
        new.skills = ["опыт"]
        new.durationMinutes = 90
        Scenario<Lesson>.given(Sample.scheduled)
            .when(.update(change)).then(.updated(.init(lesson: new, roomURL: .known("https://meet.example/1"))))
    }

    @Test("can move the lesson, which keeps its identity and is still to come")
    func reschedule() {
        let move = LessonCommand.reschedule(
            to: Sample.noon + Sample.day,
            reason: "Олимпиада",
            by: Sample.tutor,
            at: Sample.noon
        )
        Scenario<Lesson>.given(Sample.scheduled)
            .when(move).then(Sample.rescheduled)
            .when(move).then()
            .then { _, lesson in #expect(lesson.status == .rescheduled) }
        Scenario<Lesson>.given().when(move).thenRefused(.unknownLesson)
        Scenario<Lesson>.given(Sample.scheduled, Sample.started)
            .when(move).thenRefused(.wrongStatus(.inProgress))
        Scenario<Lesson>.given(Sample.scheduled)
            .when(.reschedule(to: Sample.noon - 400 * Sample.day, reason: nil, by: Sample.tutor, at: Sample.noon))
            .thenRefused(.tooFarInThePast)
    }

    @Test("can be called off before the lesson begins")
    func cancel() {
        let cancel = LessonCommand.cancel(.excused, reason: "Болезнь", by: Sample.tutor)
        Scenario<Lesson>.given(Sample.scheduled)
            .when(cancel).then(Sample.cancelled)
            .when(cancel).thenRefused(.wrongStatus(.cancelled))
        Scenario<Lesson>.given().when(cancel).thenRefused(.unknownLesson)
        Scenario<Lesson>.given(Sample.scheduled, Sample.started)
            .when(cancel).thenRefused(.wrongStatus(.inProgress))
        Scenario<Lesson>.given(Sample.scheduled, Sample.completed)
            .when(cancel).thenRefused(.wrongStatus(.completed))
    }

    @Test("ends when the lesson begins, a quarter of an hour early at most")
    func start() {
        let early = Sample.noon - 15 * Sample.minute
        Scenario<Lesson>.given(Sample.scheduled)
            .when(.start(at: early)).then(.started(.init(lesson: Sample.outline, startedAt: early)))
            .when(.start(at: early)).thenRefused(.wrongStatus(.inProgress))
        Scenario<Lesson>.given(Sample.scheduled)
            .when(.start(at: early - 1)).thenRefused(.notBegun(earliest: early))
        Scenario<Lesson>.given().when(.start(at: early)).thenRefused(.unknownLesson)
        Scenario<Lesson>.given(Sample.scheduled, Sample.cancelled)
            .when(.start(at: early)).thenRefused(.wrongStatus(.cancelled))
    }
}
