import TestKit
import Testing

/// What operators do.
extension GatewayStory {
    /// Changes a route and changes it back: nobody's connection ends.
    func reload() async throws {
        try await self.load.enter("new routes")
        let before = self.load.tally.figures
        for areNarrow in [true, false] {
            try self.routes.write(areNarrow: areNarrow)
            for gateway in self.platform.gateways {
                await self.platform.reload(gateway)
                var client = self.platform.client(of: gateway)
                client.token = self.visitor.tutor.token
                try await eventually("\(gateway) has the new routes") {
                    try await StoryRoutes.areNarrow(at: client) == areNarrow
                }
            }
            try await self.load.pass(seconds: 1)
        }
        let after = self.load.tally.figures
        #expect(after.idleEnds == before.idleEnds, "no connection is lost")
        #expect(after.resent == before.resent, "no connection is lost")
    }

    /// Restarts every instance, each service by itself, one of its instances after the other.
    func restartServices() async throws {
        try await self.load.enter("services restart")
        let services = [
            [Member.user, .secondUser], [.lesson, .secondLesson], [.student, .secondStudent],
        ]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for instances in services {
                group.addTask { for instance in instances { try await self.restart(instance) } }
            }
            for try await _ in group {}
        }
        try await self.load.pass(seconds: 1)
    }

    private func restart(_ instance: Member) async throws {
        try await self.platform.stop(instance)
        #expect(await self.platform.exitStatus(of: instance) == 0)
        try await self.watch.expectLoss(of: instance)
        try await self.platform.start(instance)
        try await self.platform.ready(instance)
        try await self.watch.expectReturn(of: instance)
    }

    /// Restarts one gateway after the other.
    func restartGateways() async throws {
        for gateway in self.platform.gateways {
            try await self.load.enter("\(gateway.rawValue) restarts")
            try await self.platform.stop(gateway)
            #expect(await self.platform.exitStatus(of: gateway) == 0)
            try await self.platform.start(gateway, environment: self.settings)
            try await self.platform.ready()
            try await self.load.pass(seconds: 1)
        }
    }
}
