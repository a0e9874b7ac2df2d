import EventSourcing
import Foundation
import TestKit
import Testing

extension PlatformTests {
    @Test("The story: a tutor, a student and a parent live through a lesson and its correction")
    func theStory() async throws {
        let gateway = self.platform.gateway
        let tutor = try await Tutor.register(gateway)
        let (student, studentCode) = try await tutor.invite()
        let (_, parentCode) = try await tutor.invite(parentOf: student)
        let pupil = try await gateway.redeem(studentCode)
        let parent = try await gateway.redeem(parentCode)
        let again = try await gateway.call(
            "POST",
            "/auth/redeem",
            ["access_code": .string(parentCode), "email": "x@example.org", "password": "password1"]
        )
        #expect((400..<500).contains(again.status), "a code works once")

        let start = Date.hours(ago: 2)
        let lesson = try await tutor.plan(with: student, at: start, type: "exam")
        let second = try await tutor.client.call(
            "POST",
            "/api/v1/lessons",
            .lesson(with: [student], at: start, type: "regular")
        )
        #expect(second.status == 409)
        #expect(second.body.contains(lesson.text), "the refusal names the first lesson")

        let trace = "story-\(UUID().text)"
        let done = try await tutor.client.call(
            "POST",
            "/api/v1/lessons/\(lesson.text)/complete",
            ["score": 92],
            correlation: trace
        )
        #expect(done.status == 200)
        try await eventually(within: .seconds(5), "350 XP") { try await tutor.client.experience(of: student) == 350 }

        let achievements = try await pupil.call("GET", "/api/v1/students/\(student.text)/achievements").json["items"]
        let earned = achievements?.list.filter { $0["earned_at"]?.text != nil }
        #expect(earned?.compactMap { $0["title"]?.text } == ["Первый шаг"])
        let ledger = try await parent.call("GET", "/api/v1/students/\(student.text)/xp").json["items"]
        let causes = ledger?.list.compactMap { $0["cause"]?["id"]?.text }
        #expect(Set(causes ?? []) == [lesson.text, "first_lesson"])
        #expect(try await parent.experience(of: student) == 350)

        let stranger = try await Tutor.register(gateway).client
        #expect(try await stranger.call("GET", "/api/v1/students/\(student.text)").status == 404)
        #expect(try await stranger.call("GET", "/api/v1/lessons/\(lesson.text)").status == 404)

        try await self.expectTree(of: trace)

        let reverted = try await tutor.client.call(
            "POST",
            "/api/v1/lessons/\(lesson.text)/revert-completion",
            ["reason": "mistake"]
        )
        #expect(reverted.status == 200)
        try await eventually(within: .seconds(5), "all is taken back") {
            try await tutor.client.experience(of: student) == 0
        }
        let progress = try await tutor.client.call("GET", "/api/v1/students/\(student.text)").json
        #expect(progress["lessons_completed"]?.count == 0)
        let held = try await pupil.call("GET", "/api/v1/students/\(student.text)/achievements").json["items"]
        #expect(held?.list.contains { $0["earned_at"]?.text != nil } == false)
    }

    /// What one request caused, over all services, is one tree.
    private func expectTree(of trace: String) async throws {
        var administrator = self.platform.gateway
        administrator.token = try await administrator.logIn(
            Platform.administrator.email,
            Platform.administrator.password
        )
        let answer = try await administrator.call("GET", "/gateway/traces/\(trace)")
        #expect(answer.status == 200)
        let roots = answer.json["tree"]?.list ?? []
        #expect(roots.compactMap { $0["type"]?.text } == ["lesson.completed"])
        let effects = roots.first?["children"]?.list.compactMap { $0["type"]?.text } ?? []
        #expect(effects.contains("student.lesson_recorded"))
        #expect(effects.contains("student.achievement_earned"))
    }
}
