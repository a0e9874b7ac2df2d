import Contracts
import EventSourcing
import ServiceTestKit
import TestKit
import Testing

@testable import LessonService

@Suite("Who may do what with a lesson", .service(LessonService.definition))
struct LessonAccessTests {
    @Test("AU-7: everybody else gets 401, 403 or 404, on every route")
    func matrix() async throws {
        try await LessonHouse.run { house in
            let lesson = try await house.planned()
            let time = house.time(in: 48)
            let actions: [(String, String, JSONValue)] = [
                ("PATCH", "", ["topic": "Дроби"]),
                ("POST", "/start", [:]),
                ("POST", "/complete", ["score": 92]),
                ("POST", "/cancel", ["kind": "excused"]),
                ("POST", "/reschedule", ["starts_at": .string(time)]),
                ("POST", "/revert-completion", [:]),
            ]
            // What has to be possible when the tutor has gone.
            let adminsActions = ["/complete", "/cancel", "/revert-completion"]
            let visitors: [(Visitor, show: Int, act: Int, plan: Int)] = [
                // The tutor may; a version that the lesson does not have keeps it as it is.
                (house.tutor, 200, 412, 400),
                (house.otherTutor, 404, 404, 404),
                (house.student, 200, 403, 403),
                (house.otherStudent, 404, 403, 403),
                (house.parent, 200, 403, 403),
                (house.otherParent, 404, 403, 403),
                (house.admin, 200, 403, 403),
                (house.service.anonymous, 401, 401, 401),
            ]
            for (index, visitor) in visitors.enumerated() {
                let show = try await visitor.0.get(lesson).status
                #expect(show == visitor.show, "visitor \(index)")
                for (method, path, body) in actions {
                    let answer = try await visitor.0.send(method, lesson + path, body, headers: [("If-Match", "\"9\"")])
                    let isAdmins = visitor.0.id == house.admin.id && adminsActions.contains(path)
                    #expect(answer.status == (isAdmins ? 412 : visitor.act), "visitor \(index): \(method) \(path)")
                }
                var plan = house.plan()
                plan["duration_minutes"] = visitor.plan == 400 ? 1 : 60
                #expect(try await visitor.0.post("/api/v1/lessons", plan).status == visitor.plan, "visitor \(index)")
                let list = try await visitor.0.get("/api/v1/lessons?student_id=\(house.student.name)")
                #expect(try visitor.show == 401 ? list.status == 401 : list.items.isEmpty == (visitor.show == 404))
            }
            #expect(try await house.tutor.get(lesson).json["version"] == 1)
        }
    }

    @Test("A tutor can not plan for a stranger's student, not even beside an own one")
    func foreignStudents() async throws {
        try await LessonHouse.run { house async throws in
            let plan = house.plan(of: [house.student, house.otherStudent])
            #expect(try await house.tutor.post("/api/v1/lessons", plan).status == 404)
            #expect(try await house.tutor.get("/api/v1/lessons").items.isEmpty)
        }
    }

    @Test("In a group everybody sees only the own part: neither who else is there nor how it went for them")
    func groups() async throws {
        try await LessonHouse.run { house in
            try await house.service.relate(house.tutor.id, as: .tutor, to: house.otherStudent.id)
            let lesson = try await house.planned(in: -2, of: [house.student, house.otherStudent])
            #expect(try await house.tutor.post("\(lesson)/complete", ["score": 70]).status == 200)
            for (visitor, student) in [(house.student, house.student), (house.otherParent, house.otherStudent)] {
                for seen in [try await visitor.get(lesson).json, try await visitor.get("/api/v1/lessons").items[0]] {
                    #expect(seen["student_ids"] == [.string(student.name)])
                    #expect(seen["participants"]?.elements?.map { $0["student_id"] } == [.string(student.name)])
                }
            }
            let strangers = try await house.student.get("/api/v1/lessons?student_id=\(house.otherStudent.name)")
            #expect(try strangers.items.isEmpty)
            #expect(try await house.tutor.get(lesson).json["participants"]?.elements?.count == 2)
        }
    }

    @Test("AU-8: what a client may not write is refused, and nothing changes")
    func massAssignment() async throws {
        try await LessonHouse.run { house in
            let lesson = try await house.planned()
            let before = try await house.tutor.get(lesson).json
            for field in ["id", "tutor_id", "status", "version", "participants", "student_ids", "created_at"] {
                let answer = try await house.tutor.patch(lesson, ["topic": "x", field: "x"])
                #expect(answer.status == 400)
                #expect(try answer.wrongFields == [field])
            }
            for field in ["tutor_id", "status", "version", "original_starts_at", "xp"] {
                var plan = house.plan(in: 72)
                plan[field] = .string(house.otherTutor.name)
                #expect(try await house.tutor.post("/api/v1/lessons", plan).wrongFields == [field])
            }
            #expect(try await house.tutor.get(lesson).json == before)
            #expect(try await house.tutor.get("/api/v1/lessons").items.count == 1)
        }
    }

    @Test("What is absent is 404, and what is no identity is 400")
    func unknown() async throws {
        try await LessonHouse.run { house async throws in
            #expect(try await house.tutor.get("/api/v1/lessons/\(house.tutor.name)").status == 404)
            #expect(try await house.tutor.get("/api/v1/lessons/1").wrongFields == ["id"])
        }
    }

    @Test("A tutor who does not teach the students any more can still read a lesson, but not write to it")
    func formerTutor() async throws {
        try await LessonHouse.run { house in
            let lesson = try await house.planned(in: -2)
            let relation = UserRelationRemoved(studentID: house.student.id, relation: .tutor, personID: house.tutor.id)
            try await house.hear(relation, about: house.student)
            let actions: [(String, String, JSONValue)] = [
                ("PATCH", "", ["topic": "Дроби"]), ("POST", "/start", [:]), ("POST", "/complete", ["score": 92]),
                ("POST", "/cancel", ["kind": "excused"]), ("POST", "/revert-completion", [:]),
                ("POST", "/reschedule", ["starts_at": .string(house.time(in: 48))]),
            ]
            for (method, path, body) in actions {
                #expect(try await house.tutor.send(method, lesson + path, body).status == 404, "\(method) \(path)")
            }
            #expect(try await house.tutor.get(lesson).json["version"] == 1)
            #expect(try await house.admin.post("\(lesson)/cancel", ["kind": "excused"]).status == 200)
        }
    }

    @Test("Lessons to come are called off when tutor and student part: both have the time again")
    func partedWays() async throws {
        try await LessonHouse.run { house in
            try await house.service.relate(house.tutor.id, as: .tutor, to: house.otherStudent.id)
            let lesson = try await house.planned(in: 24)
            let moved = try await house.planned(in: 48)
            let to: JSONValue = ["starts_at": .string(house.time(in: 50))]
            #expect(try await house.tutor.post("\(moved)/reschedule", to).status == 200)
            let group = try await house.planned(in: 72, of: [house.student, house.otherStudent])
            let past = try await house.planned(in: -2)
            let relation = UserRelationRemoved(studentID: house.student.id, relation: .tutor, personID: house.tutor.id)
            try await house.hear(relation, about: house.student)

            let expected = [lesson: "cancelled", moved: "cancelled", group: "scheduled", past: "scheduled"]
            for (lesson, status) in expected {
                #expect(try await house.tutor.get(lesson).json["status"] == .string(status))
            }
            #expect(try await house.planned(in: 24, of: [house.otherStudent]) != lesson)
            try await house.rebuildAll()
        }
    }

    @Test("A student who has left a group does not keep its tutor from completing the lesson")
    func leftGroup() async throws {
        try await LessonHouse.run { house in
            try await house.service.relate(house.tutor.id, as: .tutor, to: house.otherStudent.id)
            let lesson = try await house.planned(in: -2, of: [house.student, house.otherStudent])
            let relation = UserRelationRemoved(studentID: house.student.id, relation: .tutor, personID: house.tutor.id)
            try await house.hear(relation, about: house.student)
            #expect(try await house.tutor.post("\(lesson)/complete").status == 200)
        }
    }

    @Test("Notes are the tutor's own: neither a student nor a parent reads them")
    func notes() async throws {
        try await LessonHouse.run { house in
            var plan = house.plan(in: -2)
            plan["notes"] = "Спросить про развод"
            let lesson = try #require(try await house.tutor.post("/api/v1/lessons", plan)[header: "Location"])
            #expect(try await house.tutor.post("\(lesson)/complete", ["comment": "Хорошо"]).status == 200)
            #expect(try await house.tutor.get(lesson).json["notes"] == "Спросить про развод")
            for visitor in [house.student, house.parent] {
                for seen in [try await visitor.get(lesson).json, try await visitor.get("/api/v1/lessons").items[0]] {
                    #expect(seen["notes"] == .null)
                    #expect(seen["comment"] == "Хорошо")
                }
            }
        }
    }

    @Test("A comment on a group is not read by families: it may be about another child")
    func groupComment() async throws {
        try await LessonHouse.run { house in
            try await house.service.relate(house.tutor.id, as: .tutor, to: house.otherStudent.id)
            let lesson = try await house.planned(in: -2, of: [house.student, house.otherStudent])
            let done = try await house.tutor.post("\(lesson)/complete", ["comment": "Боря мешал"])
            #expect(try done.json["comment"] == "Боря мешал")
            for visitor in [house.student, house.otherParent] {
                #expect(try await visitor.get(lesson).json["comment"] == .null)
            }
            // Whose children all of them are may know.
            try await house.service.relate(house.parent.id, as: .parent, to: house.otherStudent.id)
            #expect(try await house.parent.get(lesson).json["comment"] == "Боря мешал")
        }
    }
}
