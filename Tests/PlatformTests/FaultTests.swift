import EventSourcing
import Foundation
import NIOCore
import TestKit
import Testing

extension PlatformTests {
    @Test("Case 1: a crash between commit and reply; the repeated write has one effect and the stored answer")
    func crashBetweenCommitAndReply() async throws {
        let tutor = try await Tutor.register(self.platform.gateway)
        let student = try await tutor.invite().id
        let lesson = try await tutor.plan(with: student, at: .hours(ago: 3), type: "exam")
        try await self.platform.kill(.lesson)
        try await self.platform.start(.lesson, environment: ["FAULT_POINT": "after_commit"])
        try await self.platform.ready()

        func complete() async throws -> Client.Answer {
            let path = "/api/v1/lessons/\(lesson.text)/complete"
            return try await tutor.client.call(
                "POST",
                path,
                ["score": 92],
                key: "case-1",
                correlation: "case-1-\(lesson)"
            )
        }
        let unanswered = try await complete()
        #expect(unanswered.status >= 500)
        try await eventually("the process died") { await self.platform.exitStatus(of: .lesson) == 137 }
        try await self.platform.recover()

        let (first, second) = (try await complete(), try await complete())
        #expect(first.status == 200)
        #expect(first.isReplayed)
        #expect(first.json["status"]?.text == "completed")
        #expect(second.isReplayed)
        #expect(second.body == first.body)
        try await eventually("the lesson was paid") { try await tutor.client.experience(of: student) == 350 }
        try await LedgerReader.with(self.platform) { reader in
            let types = try await reader.facts(of: [lesson]).map(\.type)
            #expect(types == ["lesson.scheduled", "lesson.completed"])
            #expect(try await reader.payments(to: [student]).map(\.amount).sorted() == [50, 300])
        }
    }

    @Test("Case 5: a stopped broker holds up no write; what was written arrives when it goes on")
    func stoppedBroker() async throws {
        let tutor = try await Tutor.register(self.platform.gateway)
        let student = try await tutor.invite().id
        try await self.platform.freeze(.rabbitmq)
        for hour in 1...20 {
            let lesson = try await tutor.plan(with: student, at: .hours(ago: hour))
            let path = "/api/v1/lessons/\(lesson.text)/complete"
            let done = try await tutor.client.call("POST", path, ["score": 50], within: .seconds(5))
            #expect(done.status == 200)
        }
        #expect(try await tutor.client.experience(of: student) == 0)
        let isReady = await self.platform.client(of: .lesson).status(of: "/health/ready")
        #expect(isReady == 200, "a service is of use without the broker")

        try await self.platform.thaw(.rabbitmq)
        try await eventually(within: .seconds(45), "all lessons count") {
            let progress = try await tutor.client.call("GET", "/api/v1/students/\(student.text)").json
            return progress["lessons_completed"]?.count == 20
        }
        try await LedgerReader.with(self.platform) { reader in
            try await eventually("all is published and handled") { try await reader.remains() == (0, 0) }
        }
    }

    @Test("Case 17: Postgres as a black hole costs a 503 within the deadline, and routes without it nothing")
    func blackHoleOfADatabase() async throws {
        let tutor = try await Tutor.register(self.platform.gateway)
        let student = try await tutor.invite().id
        let lesson = try await tutor.plan(with: student, at: .hours(ago: 2))
        try await self.platform.freeze(.postgres)
        let start = ContinuousClock.now
        let client = tutor.client
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            // More than all connections of the service.
            for _ in 0..<20 {
                group.addTask { try await client.call("GET", "/api/v1/lessons/\(lesson.text)").status }
            }
            let catalogue = try await client.call("GET", "/api/v1/achievements", within: .seconds(5))
            #expect(catalogue.status == 200, "needs no database")
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.allSatisfy { $0 == 503 || $0 == 504 }, "\(statuses)")
        #expect(statuses.contains(503))
        #expect(ContinuousClock.now - start < .seconds(15))
        for service in [Member.user, .lesson, .student] {
            #expect(await self.platform.client(of: service).status(of: "/health/live") == 200)
        }

        try await self.platform.thaw(.postgres)
        try await self.platform.ready()
        let done = try await tutor.client.call("POST", "/api/v1/lessons/\(lesson.text)/complete", ["score": 92])
        #expect(done.status == 200)
        try await eventually("the lesson counts") { try await tutor.client.experience(of: student) == 200 }
    }

    @Test("Case 50: services started before their servers become ready by themselves; liveness never flaps")
    func coldStartInDisorder() async throws {
        for member in Member.programs { try await self.platform.kill(member) }
        for member in Member.servers { try await self.platform.stop(member) }
        for member in Member.programs { try await self.platform.start(member) }
        for member in Member.programs { try await self.live(member) }
        let watch = Task { try await self.watchLife() }
        defer { watch.cancel() }

        for member in Member.programs where member != .gateway {
            let ready = await self.platform.client(of: member).status(of: "/health/ready")
            #expect(ready == 503, "\(member) is not ready without a database")
        }
        for member in Member.servers.reversed() { try await self.platform.start(member) }
        try await self.platform.ready()

        for member in Member.servers {
            try await self.platform.stop(member)
            try await self.platform.start(member)
            try await self.platform.ready()
        }
        watch.cancel()
        #expect(try await watch.value.isEmpty)
        for member in Member.programs { #expect(await self.platform.exitStatus(of: member) == nil, "\(member) lives") }
        #expect(try await Tutor.register(self.platform.gateway).invite().code.isEmpty == false)
    }

    private func live(_ member: Member) async throws {
        let client = self.platform.client(of: member)
        try await eventually(within: .seconds(30), "\(member) lives") { await client.status(of: "/health/live") == 200 }
    }

    /// Asks everybody for a sign of life until it is cancelled.
    ///
    /// - Returns: Who was found dead.
    private func watchLife() async throws -> [Member] {
        var dead: [Member] = []
        do {
            try await eventually(within: .seconds(600), "the watch ends") {
                for member in Member.programs {
                    let status = await self.platform.client(of: member).status(of: "/health/live")
                    if status != 200, !Task.isCancelled { dead.append(member) }
                }
                return Task.isCancelled
            }
        } catch is CancellationError {
            // In the pause between two looks.
        }
        return dead
    }
}
