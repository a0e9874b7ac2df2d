import NIOCore
import TestKit

/// What the gateways show of the instances.
struct StoryWatch: Sendable {
    /// Where they show it.
    private enum Page: String {
        case services = "/gateway/services"
        case metrics = "/gateway/metrics"
    }

    let platform: Platform

    /// Waits until every gateway has shown on both pages that the instance is not ready.
    func expectLoss(of instance: Member) async throws {
        try await self.expect(instance, "is lost") { !$0.isReady }
    }

    /// Waits until every gateway has shown on both pages that the instance is ready and its breaker closed.
    func expectReturn(of instance: Member) async throws {
        try await self.expect(instance, "is back") { $0.isReady && $0.breaker == "closed" }
    }

    /// Waits until every gateway has shown on both pages that the instance's breaker is in this state.
    func expect(_ instance: Member, breaker state: String) async throws {
        try await self.expect(instance, "has a breaker that is \(state)") { $0.breaker == state }
    }

    private func expect(_ instance: Member, _ what: String, _ isTrue: (StoryState) -> Bool) async throws {
        var rest = self.platform.gateways
        try await eventually(within: .seconds(30), "every gateway shows that \(instance) \(what)") {
            for (index, gateway) in rest.enumerated().reversed() {
                // The metrics are long: they are asked for when it is worth it.
                guard let state = await self.state(of: instance, at: gateway, .services), isTrue(state),
                    let state = await self.state(of: instance, at: gateway, .metrics), isTrue(state)
                else { continue }
                rest.remove(at: index)
            }
            return rest.isEmpty
        }
    }

    private func state(of instance: Member, at gateway: Member, _ page: Page) async -> StoryState? {
        let client = self.platform.client(of: gateway)
        guard let answer = try? await client.call("GET", page.rawValue, within: .seconds(5)) else { return nil }
        let url = self.platform.client(of: instance).base
        switch page {
        case .services: return StoryState(of: url, onServices: answer.json)
        case .metrics: return StoryState(of: url, onMetrics: answer.body)
        }
    }
}
