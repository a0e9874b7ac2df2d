import Contracts
import EventSourcing
import Foundation
import ServiceTestKit
import TestKit
import Testing

@testable import LessonService

@Suite("Lessons by HTTP", .service(LessonService.definition))
struct LessonHTTPTests {
    @Test("A conflict is refused with 409 and names the lesson to its tutor, and only to him")
    func conflict() async throws {
        try await LessonHouse.run { house in
            var plan = house.plan()
            plan["topic"] = "Дроби"
            let first = try await house.tutor.post("/api/v1/lessons", plan)
            #expect(first.status == 201)
            let id = try #require(try first.json["id"]?.text)
            let second = try await house.tutor.post("/api/v1/lessons", house.plan(in: 24.5))
            #expect(second.status == 409)
            #expect(try second.problem == "busy")
            #expect(try second.json["detail"]?.text?.contains(id) == true)
            #expect(try second.json["detail"]?.text?.contains("Дроби") == true)

            try await house.service.relate(house.otherTutor.id, as: .tutor, to: house.student.id)
            let foreign = try await house.otherTutor.post("/api/v1/lessons", house.plan(in: 23.5))
            #expect(foreign.status == 409)
            #expect(try foreign.json["detail"]?.text?.contains(id) == false)
            // One begins when the other ends.
            #expect(try await house.otherTutor.post("/api/v1/lessons", house.plan(in: 25)).status == 201)
        }
    }

    @Test("Of twenty plans for the same hour exactly one is taken")
    func race() async throws {
        try await LessonHouse.run { house in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for minute in 0..<20 {
                    group.addTask {
                        try await house.tutor.post("/api/v1/lessons", house.plan(in: 24 + Double(minute) / 60)).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [201] + Array(repeating: 409, count: 19))
            #expect(try await house.tutor.get("/api/v1/lessons").items.count == 1)
        }
    }

    @Test("A lesson that moves or is called off leaves its hour to another one")
    func freeSlot() async throws {
        try await LessonHouse.run { house in
            let lesson = try await house.planned()
            let moved = try await house.tutor.post(
                "\(lesson)/reschedule",
                ["starts_at": .string(house.time(in: 30)), "reason": "Олимпиада"]
            )
            #expect(try moved.json["status"] == "rescheduled")
            #expect(try moved.json["original_starts_at"] == .string(house.time(in: 24)))
            let other = try await house.planned()
            let back = try await house.tutor.post("\(lesson)/reschedule", ["starts_at": .string(house.time(in: 24))])
            #expect(back.status == 409)
            let longer = try await house.tutor.patch(other, ["duration_minutes": 300])
            #expect(longer.status == 200)
            #expect(try await house.tutor.post("\(lesson)/cancel", ["kind": "excused"]).status == 200)
            #expect(try await house.tutor.post("/api/v1/lessons", house.plan(in: 30)).status == 201)
            #expect(try await house.tutor.get(lesson).json["status"] == "cancelled")
        }
    }

    @Test("A lesson that moved away and back stays rescheduled, also when its completion is reverted")
    func movedAndBack() async throws {
        try await LessonHouse.run { house in
            let lesson = try await house.planned(in: -2)
            for hours in [-4.0, -2] {
                let time = JSONValue.string(house.time(in: hours))
                #expect(try await house.tutor.post("\(lesson)/reschedule", ["starts_at": time]).status == 200)
            }
            #expect(try await house.tutor.post("\(lesson)/complete").status == 200)
            let reverted = try await house.tutor.post("\(lesson)/revert-completion")
            #expect(try reverted.json["status"] == "rescheduled")
        }
    }

    @Test("If-Match lets only those change a lesson who have seen it as it is")
    func ifMatch() async throws {
        try await LessonHouse.run { house in
            let lesson = try await house.planned()
            let seen = try #require(try await house.tutor.get(lesson)[header: "ETag"])
            let first = try await house.tutor.patch(lesson, ["topic": "a"], headers: [("If-Match", seen)])
            #expect(first.status == 200)
            #expect(first[header: "ETag"] == "\"2\"")
            #expect(try await house.tutor.patch(lesson, ["topic": "b"], headers: [("If-Match", seen)]).status == 412)
            #expect(try await house.tutor.patch(lesson, ["topic": "b"], headers: [("If-Match", "2")]).status == 400)
            #expect(try await house.tutor.get(lesson).json["topic"] == "a")
            #expect(try await house.tutor.get(lesson, headers: [("If-None-Match", "\"2\"")]).status == 304)
        }
    }

    @Test("A plan that is repeated under its key is planned once, and answered twice")
    func idempotency() async throws {
        try await LessonHouse.run { house in
            let key = [("Idempotency-Key", "plan-1")]
            let first = try await house.tutor.post("/api/v1/lessons", house.plan(), headers: key)
            let second = try await house.tutor.post("/api/v1/lessons", house.plan(), headers: key)
            #expect(first.status == 201)
            #expect(second.status == 201)
            #expect(second.body == first.body)
            #expect(second[header: "Location"] == first[header: "Location"])
            #expect(second[header: "Idempotent-Replayed"] == "true")
            #expect(try await house.tutor.post("/api/v1/lessons", house.plan(in: 48), headers: key).status == 422)
            #expect(try await house.tutor.get("/api/v1/lessons").items.count == 1)
        }
    }

    @Test("Everything that is wrong with a request is told at once")
    func malformed() async throws {
        try await LessonHouse.run { house in
            let types: JSONValue = [
                "student_ids": ["x"], "subject": 1, "starts_at": "tomorrow", "lesson_type": "party", "skills": "a",
                "color": "red",
            ]
            let fields = ["color", "lesson_type", "skills", "starts_at", "student_ids[0]", "subject"]
            #expect(try await house.tutor.post("/api/v1/lessons", types).wrongFields == fields)
            #expect(try await house.tutor.post("/api/v1/lessons", [:]).wrongFields == ["starts_at", "subject"])
            let values: JSONValue = [
                "subject": "x", "starts_at": .string(house.time(in: 1)), "duration_minutes": 5,
                "time_zone": "Mars/Olympus",
            ]
            let answer = try await house.tutor.post("/api/v1/lessons", values)
            #expect(try Set(answer.wrongFields) == ["student_ids", "duration_minutes", "time_zone"])
            let query = "from=yesterday&status=x&student_id=1"
            #expect(
                try await house.tutor.get("/api/v1/lessons?\(query)").wrongFields == ["from", "status", "student_id"]
            )
            for page in ["limit=0", "limit=201", "limit=x", "cursor=x"] {
                #expect(try await house.tutor.get("/api/v1/lessons?\(page)").status == 400)
            }
        }
    }

    @Test("A lesson is not completed before it starts, nor twice; absence has no score")
    func completion() async throws {
        try await LessonHouse.run { house in
            let lesson = try await house.planned(in: 0.25)
            let early = try await house.tutor.post("\(lesson)/complete", ["score": 92])
            #expect(early.status == 409)
            #expect(try early.problem == "not-begun")
            // As long as an access token lives.
            house.service.clock.advance(by: 15 * 60)
            let participant: JSONValue = ["student_id": .string(house.student.name), "score": 101]
            let wrong = try await house.tutor.post("\(lesson)/complete", ["participants": [participant]])
            #expect(wrong.status == 400)
            let done = try await house.tutor.post("\(lesson)/complete", ["score": 92, "mastery_level": "mastered"])
            #expect(
                try done.json["participants"] == [
                    ["student_id": .string(house.student.name), "attendance": "attended", "score": 92]
                ]
            )
            #expect(try await house.tutor.post("\(lesson)/complete").status == 409)
            #expect(try await house.parent.get(lesson).json["mastery_level"] == "mastered")
        }
    }

    @Test("A list read page by page shows everything once, also what starts at the same time")
    func paging() async throws {
        try await LessonHouse.run { house in
            for number in 0..<7 { _ = try await house.planned(in: Double(number)) }
            // Called off, so that the next one can be planned for the same hour.
            for _ in 0..<5 {
                let lesson = try await house.planned(in: 50)
                #expect(try await house.tutor.post("\(lesson)/cancel", ["kind": "unexcused"]).status == 200)
            }
            for visitor in [house.tutor, house.student, house.parent, house.admin] {
                let lessons = try await visitor.getAll("/api/v1/lessons?limit=5")
                #expect(lessons.count == 12)
                #expect(Set(lessons.compactMap { $0["id"]?.text }).count == 12)
                let starts = lessons.compactMap { $0["starts_at"]?.text }
                #expect(starts == starts.sorted())
            }
            let some = try await house.tutor.getAll("/api/v1/lessons?limit=1&status=cancelled")
            #expect(some.count == 5)
            let until = try await house.tutor.getAll("/api/v1/lessons?limit=3&to=\(house.time(in: 3))")
            #expect(until.count == 3)
        }
    }

    @Test("Too many students, or the same one twice, are refused before anybody is looked up")
    func idLists() async throws {
        try await LessonHouse.run { house async throws in
            // Nobody has heard of these: looking them up would take a second, and end with 404.
            for ids in [(0...20).map(UUID.sample), [.sample(1), .sample(1)], []] {
                var plan = house.plan()
                plan["student_ids"] = .array(ids.map { .string($0.lowercased) })
                #expect(try await house.tutor.post("/api/v1/lessons", plan).wrongFields == ["student_ids"])
            }
        }
    }

    @Test("Whoever is too early is told from when on it is possible")
    func tooEarly() async throws {
        try await LessonHouse.run { house in
            let lesson = try await house.planned(in: 1)
            let start = try await house.tutor.post("\(lesson)/start")
            #expect(start.status == 409)
            #expect(try start.json["detail"]?.text?.contains(house.time(in: 0.75)) == true)
            let completion = try await house.tutor.post("\(lesson)/complete")
            #expect(try completion.json["detail"]?.text?.contains(house.time(in: 1)) == true)
        }
    }
}
