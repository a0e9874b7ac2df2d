import Synchronization
import TestKit

/// Which gateways new clients come to: those that said they were ready when they were asked last, as with any balancer.
///
/// Whoever is connected already asks nobody: that client leaves when the gateway says so.
final class StoryRotation: Sendable {
    private let gateways: [Client]
    private let ready: Mutex<[Bool]>

    init(_ gateways: [Client]) {
        self.gateways = gateways
        self.ready = Mutex(gateways.map { _ in true })
    }

    func admits(_ gateway: Int) -> Bool { self.ready.withLock { $0[gateway] } }

    /// Asks until it is cancelled.
    func watch() async throws {
        try await eventually(within: .seconds(3600), "the story ends") {
            for (index, gateway) in self.gateways.enumerated() {
                let isReady = await gateway.status(of: "/health/ready") == 200
                self.ready.withLock { $0[index] = isReady }
            }
            return false
        }
    }
}
