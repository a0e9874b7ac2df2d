/// What happens while the load goes on.
struct GatewayStory: Sendable {
    let platform: Platform
    let load: StoryLoad
    let watch: StoryWatch
    let visitor: StoryVisitor
    let routes: StoryRoutes
    /// What the gateways are told besides the usual.
    let settings: [String: String]

    /// Faults of instances, one after the other, and Redis at the same time.
    func suffer(_ faults: [StoryFault]) async throws {
        for (index, fault) in faults.enumerated() {
            let redis = [self.killRedis, self.freezeRedis, self.emptyRedis][index % 3]
            try await self.load.enter(fault.title, isBroken: true)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await redis() }
                group.addTask { try await self.suffer(fault) }
                for try await _ in group {}
            }
        }
        try await self.load.enter("after the faults")
        try await self.load.pass(seconds: 1)
    }

    private func suffer(_ fault: StoryFault) async throws {
        switch fault.kind {
        case .kill:
            try await self.burst([.keyedPlan: 10], on: fault.member)
            try await self.platform.kill(fault.member)
            try await self.watch.expectLoss(of: fault.member)
            try await self.platform.start(fault.member)
            try await self.platform.ready(fault.member)
        case .freeze:
            try await self.platform.freeze(fault.member)
            try await self.watch.expectLoss(of: fault.member)
            try await self.platform.thaw(fault.member)
        case .longFreeze:
            try await self.platform.freeze(fault.member)
            try await self.burst([.keyedPlan: 10, .conflict: 30], on: fault.member)
            try await self.watch.expectLoss(of: fault.member)
            try await self.watch.expect(fault.member, breaker: "open")
            try await self.platform.thaw(fault.member)
            try await self.watch.expect(fault.member, breaker: "half_open")
        }
        try await self.watch.expectReturn(of: fault.member)
    }

    /// Has so many writes come to each gateway at once that some are under way at the instance, if it takes any.
    private func burst(_ counts: [StoryQuestion: Int], on member: Member) async throws {
        guard member.product == Member.lesson.product else { return }
        for gateway in self.platform.gateways.indices {
            for (question, count) in counts { try await self.load.burst(question, count: count, to: gateway) }
        }
    }

    private func killRedis() async throws {
        try await self.platform.kill(.redis)
        try await self.load.pass(seconds: 2)
        try await self.platform.start(.redis)
        try await self.platform.ready(.redis)
    }

    private func freezeRedis() async throws {
        try await self.platform.freeze(.redis)
        try await self.load.pass(seconds: 2)
        try await self.platform.thaw(.redis)
    }

    private func emptyRedis() async throws {
        try await self.platform.tellRedis(["FLUSHALL"], ["SCRIPT", "FLUSH"])
        try await self.load.pass(seconds: 1)
    }
}
