import Contracts
import EventSourcing
import Logging
import Messaging
import Postgres
import RabbitMQ
import ServiceTestKit
import TestKit
import Testing

@testable import StudentService

@Suite("Students by HTTP", .service(StudentService.definition))
struct StudentHTTPTests {
    @Test("openapi.yaml describes exactly the routes there are, and answers have the members it says")
    func contract() async throws {
        let contract = try Contract(PackageResources.openapi_yaml)
        try await StudentHouse.run { house in
            #expect(contract.operations == house.service.ownOperations)
            try await house.service.receive(try house.held(house.lesson(.sample(1))))
            #expect(try await house.progress.names == contract.members(of: "Progress"))
            let achievements = try await house.student.get("\(house.path)/achievements").items
            let catalogue = try await house.student.get("/api/v1/achievements").items
            #expect((achievements + catalogue).allSatisfy { $0.names == contract.members(of: "Achievement") })
            let ledger = try await house.student.get("\(house.path)/xp").items
            #expect(ledger.allSatisfy { $0.names == contract.members(of: "LedgerEntry") })
        }
    }

    @Test("AU-7: a student is seen by himself, his tutors, his parents and administrators, and by nobody else")
    func matrix() async throws {
        try await StudentHouse.run { house in
            let visitors = [
                (house.student, 200), (house.tutor, 200), (house.parent, 200), (house.admin, 200),
                (house.otherStudent, 404), (house.otherTutor, 404), (house.otherParent, 404),
                (house.service.anonymous, 401),
            ]
            for (index, (visitor, status)) in visitors.enumerated() {
                for path in ["", "/achievements", "/xp"] {
                    let answer = try await visitor.get(house.path + path)
                    #expect(answer.status == status, "visitor \(index): \(path)")
                }
            }
            #expect(try await house.service.anonymous.get("/api/v1/achievements").status == 401)
            #expect(try await house.tutor.get("/api/v1/students/1").wrongFields == ["id"])
            // A tutor has no progress, and who does not exist has none either.
            #expect(try await house.admin.get("/api/v1/students/\(house.tutor.name)").status == 404)
            #expect(try await house.admin.get("/api/v1/students/\(house.admin.name)").status == 404)
        }
    }

    @Test("An exam with 92 gives 350, the causes are named, and a reverted completion takes all of it back")
    func story() async throws {
        try await StudentHouse.run { house in
            let exam = house.lesson(.sample(1), .exam)
            try await house.service.receive(try house.held(exam, score: 92))
            let progress = try await house.progress
            #expect(progress["xp"] == 350)
            #expect(progress["xp_for_next_level"] == 1000)
            #expect(progress["progress"] == 35)
            #expect(progress["lessons_completed"] == 1)
            let first = try await house.parent.get("\(house.path)/achievements").items.first {
                $0["id"] == "first_lesson"
            }
            #expect(first?["title"] == "Первый шаг")
            #expect(first?["earned_at"] == "2026-03-01T12:00:00Z")
            let english = try await house.parent.get("\(house.path)/achievements", headers: [("Accept-Language", "en")])
            #expect(try english.items.contains { $0["title"] == "Первый шаг" } == false)
            let ledger = try await house.tutor.get("\(house.path)/xp").items
            #expect(ledger.map { $0["amount"] } == [50, 300])
            #expect(ledger.map { $0["cause"]?["id"] } == ["first_lesson", .string(exam.id.lowercased)])

            try await house.service.receive(try house.reverted(exam))
            let after = try await house.progress
            #expect(after["xp"] == 0)
            #expect(after["lessons_completed"] == 0)
            #expect(try await house.tutor.get("\(house.path)/xp").items.count == 4)
            let held = try await house.student.get("\(house.path)/achievements").items
            #expect(held.allSatisfy { $0["earned_at"] == .null })
        }
    }

    @Test("News that come twice, or after newer ones, change nothing")
    func repeated() async throws {
        try await StudentHouse.run { house in
            let lesson = house.lesson(.sample(1), .exam)
            let (held, reverted) = (try house.held(lesson, score: 92), try house.reverted(lesson))
            try await house.service.receive(held, held)
            try await house.service.receive(held)
            #expect(try await house.progress["xp"] == 350)
            let other = house.lesson(.sample(2))
            try await house.service.receive(try house.reverted(other, version: 5))
            try await house.service.receive(try house.held(other, version: 4))
            #expect(try await house.progress["xp"] == 350)
            try await house.service.receive(reverted)
            #expect(try await house.progress["xp"] == 0)
        }
    }

    @Test("Twenty lessons arriving at the same time all count, once each")
    func parallel() async throws {
        try await StudentHouse.run { house in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    let event = try house.held(house.lesson(.sample(UInt8(number)), day: -2 * number))
                    group.addTask { try await house.service.receive(event) }
                }
                try await group.waitForAll()
            }
            // 20 × 100, first_lesson 50 and lessons_10 100.
            #expect(try await house.progress["xp"] == 2150)
            #expect(try await house.progress["lessons_completed"] == 20)
        }
    }

    @Test("The streak shown is right on a day without a lesson, too")
    func streak() async throws {
        try await StudentHouse.run { house in
            for day in -2...0 {
                try await house.service.receive(try house.held(house.lesson(.sample(UInt8(day + 10)), day: day)))
            }
            for (days, streak) in [(0.0, 3), (1, 3), (1, 0)] {
                house.service.clock.advance(by: days * 86_400)
                let visitor = try house.service.visitor(.student, house.student.id)
                let progress = try await visitor.get(house.path).json
                #expect(progress["day_streak"] == .integer(Int64(streak)))
                #expect(progress["best_day_streak"] == 3)
            }
        }
    }

    @Test("Experience beyond 2^53 is a text of digits, to the last one")
    func wideNumbers() async throws {
        try await StudentHouse.run { house in
            let cases: [(String, JSONValue)] = [
                ("9007199254740992", 9_007_199_254_740_992),
                ("9007199254740993", "9007199254740993"),
                ("85070591730234615865843651857942052863", "85070591730234615865843651857942052863"),
            ]
            for (stored, shown) in cases {
                try await house.service.write {
                    $0.enqueue("UPDATE progress SET xp = \(stored)::numeric WHERE student_id = \(house.student.id)")
                }
                #expect(try await house.progress["xp"] == shown)
            }
            let progress = try await house.progress
            #expect(progress["level"] == 100)
            #expect(progress["xp_for_next_level"] == .null)
            #expect(progress["xp_in_level"]?.text != nil)
        }
    }

    @Test("A ledger read page by page shows every entry once, the newest first")
    func paging() async throws {
        try await StudentHouse.run { house in
            for number in 1...12 {
                house.service.clock.advance(by: 1)
                try await house.service.receive(try house.held(house.lesson(.sample(UInt8(number)), day: -number)))
            }
            let visitor = try house.service.visitor(.student, house.student.id)
            let all = try await visitor.getAll("\(house.path)/xp?limit=200")
            #expect(all.count > 12)
            #expect(try await visitor.getAll("\(house.path)/xp?limit=1") == all)
            #expect(try await visitor.getAll("\(house.path)/xp?limit=5") == all)
            let times = all.compactMap { $0["occurred_at"]?.text }
            #expect(times == times.sorted().reversed())
            #expect(try await visitor.get("\(house.path)/xp?cursor=x").wrongFields == ["cursor"])
            #expect(try await visitor.get("\(house.path)/xp?limit=0").wrongFields == ["limit"])
        }
    }

    @Test("What the broker delivers counts within moments")
    func broker() async throws {
        let broker = try TestBroker()
        try await StudentHouse.run(broker: broker) { house in
            let admin = RabbitMQAdmin(configuration: broker.configuration, logger: .init(label: "test"))
            let message = MessageCodec.message(
                try house.held(house.lesson(.sample(1), .exam), score: 92),
                exchange: broker.bus.events
            )
            // Until the service has bound its queue, nobody would get it.
            try await eventually("a binding") { try await admin.publish([message]) == [.confirmed] }
            try await eventually("the lesson's effect") { try await house.progress["xp"] == 350 }
        }
    }
}
