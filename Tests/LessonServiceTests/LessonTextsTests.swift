import Contracts
import EventSourcing
import Foundation
import Postgres
import ServiceTestKit
import TestKit
import Testing

@testable import LessonService

@Suite("What is written about lessons", .service(LessonService.definition))
struct LessonTextsTests {
    private static let texts = ["Взять циркуль", "Плакала", "Болезнь мамы", "Олимпиада", "Не тот урок", Self.room]
    private static let room = "my-name-is-anna"

    @Test("is erased with a student: once and for all, and nothing can be written afterwards")
    func decision() {
        Scenario<Lesson>.given(Sample.scheduled)
            .when(.eraseTexts).then(Sample.textsErased)
            .when(.eraseTexts).then()
            .when(.update(LessonChange(notes: "Взять циркуль"))).thenRefused(.textsErased(.notes))
            .when(.cancel(.excused, reason: "Болезнь", by: Sample.tutor)).thenRefused(.textsErased(.reason))
            .when(.cancel(.excused, reason: " ", by: Sample.tutor))
            .then(.cancelled(.init(lesson: Sample.outline, kind: .excused, cancelledBy: Sample.tutor)))
        Scenario<Lesson>.given().when(.eraseTexts).thenRefused(.unknownLesson)
    }

    @Test("is erased in full when only the topic changes afterwards")
    func laterChange() {
        var outline = Sample.outline
        outline.topic = "Дроби"
        Scenario<Lesson>.given(Sample.scheduled, Sample.updated, Sample.textsErased)
            .when(.update(LessonChange(topic: "Дроби")))
            .then { events, _ in
                guard case .updated(let event)? = events.first else { return #expect(Bool(false), "not updated") }
                #expect(event.notes == nil)
            }
    }

    @Test("never stands in the log in the clear; topic and subject do")
    func sealed() async throws {
        try await LessonHouse.run { house in
            try await self.write(house, of: [house.student])
            #expect(try await house.service.postgres.tables(with: Self.texts) == ["lessons"])
            #expect(try await house.service.postgres.tables(with: ["Дроби"]).contains("events"))
        }
    }

    @Test("is gone from every table when one of the students is erased, also after a rebuild")
    func erased() async throws {
        try await LessonHouse.run { house in
            try await house.service.relate(house.tutor.id, as: .tutor, to: house.otherStudent.id)
            let lesson = try await self.write(house, of: [house.student, house.otherStudent])
            let other = try await self.write(house, of: [house.otherStudent], text: "О другом")
            try await house.hear(UserErased(userID: house.student.id), about: house.student)

            try await eventually("the texts are gone") {
                try await house.service.postgres.tables(with: Self.texts) == []
            }
            let left = try await house.tutor.get(lesson).json
            #expect(left["notes"] == .null)
            #expect(left["comment"] == .null)
            #expect(left["topic"] == "Дроби")
            #expect(left["participants"]?.elements?.count == 2)
            #expect(try await house.tutor.get(other).json["notes"] == "О другом")
            try await house.rebuildAll()
            #expect(try await house.service.postgres.tables(with: Self.texts) == [])
            #expect(try await house.tutor.get(other).json["notes"] == "О другом")

            let refused = try await house.tutor.post("\(lesson)/revert-completion", ["reason": "Не тот урок"])
            #expect(refused.status == 409)
            #expect(try refused.problem == "texts-erased")
            #expect(try await house.tutor.post("\(lesson)/revert-completion").status == 200)
            try await house.rebuildAll()
        }
    }

    @Test("of more lessons than one transaction takes is erased as well, and only once")
    func manyLessons() async throws {
        try await LessonHouse.run { house in
            for hour in 1...250 { _ = try await house.planned(in: Double(hour)) }
            try await house.hear(UserErased(userID: house.student.id), about: house.student)
            try await eventually("the order is done") {
                try await house.service.postgres.count("erasures") == 0
            }
            let erased = try await house.service.postgres.count("events", where: "type = 'lesson.texts_erased'")
            #expect(erased == 250)
            #expect(try await house.service.postgres.count("lessons", where: "NOT texts_erased") == 0)
        }
    }

    @Test("is erased with its tutor; the lessons to come are called off, because the tutor has no students any more")
    func erasedTutor() async throws {
        try await LessonHouse.run { house in
            try await self.write(house, of: [house.student])
            let coming = try await house.planned(in: 24)
            let parted = UserRelationRemoved(studentID: house.student.id, relation: .tutor, personID: house.tutor.id)
            try await house.hear(parted, about: house.student)
            try await house.hear(UserErased(userID: house.tutor.id), about: house.tutor)
            try await eventually("the texts are gone") {
                try await house.service.postgres.tables(with: Self.texts) == []
            }
            #expect(try await house.admin.get(coming).json["status"] == "cancelled")
            try await house.rebuildAll()
        }
    }

    @Test("nobody plans a lesson with a student who was erased")
    func planning() async throws {
        try await LessonHouse.run { house in
            try await house.hear(UserErased(userID: house.student.id), about: house.student)
            #expect(try await house.tutor.post("/api/v1/lessons", house.plan()).status == 404)
        }
    }

    /// Writes every kind of text about a lesson.
    @discardableResult
    private func write(
        _ house: LessonHouse,
        of students: [Visitor],
        text only: String? = nil
    ) async throws -> String {
        func text(_ index: Int) -> JSONValue { .string(only ?? Self.texts[index]) }
        let hours = students.count == 1 ? -50.0 : -100
        var plan = house.plan(in: hours, of: students)
        plan["notes"] = text(0)
        plan["room_url"] = .string("https://meet.example/\(only ?? Self.room)")
        plan["topic"] = "Дроби"
        let key = [("Idempotency-Key", "\(hours)")]
        let planned = try await house.tutor.post("/api/v1/lessons", plan, headers: key)
        let lesson = try #require(planned[header: "Location"])
        let steps: [(String, JSONValue)] = [
            ("reschedule", ["starts_at": .string(house.time(in: hours + 2)), "reason": text(3)]),
            ("complete", ["comment": text(1)]),
            ("revert-completion", ["reason": text(4)]),
            ("complete", ["comment": text(1)]),
        ]
        for (step, body) in steps { #expect(try await house.tutor.post("\(lesson)/\(step)", body).status == 200) }
        plan["starts_at"] = .string(house.time(in: hours + 5))
        plan["notes"] = nil
        let called = try #require(try await house.tutor.post("/api/v1/lessons", plan)[header: "Location"])
        let cancel: JSONValue = ["kind": "excused", "reason": text(2)]
        #expect(try await house.tutor.post("\(called)/cancel", cancel).status == 200)
        return lesson
    }
}
