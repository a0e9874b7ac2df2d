internal import Logging
internal import Messaging
internal import RabbitMQManagement
internal import ServiceLifecycle
internal import Synchronization

/// Sets the policy of the service's queue and reads back what the broker makes of it, now and every minute.
///
/// Without a delivery limit a message that kills its consumer comes back for ever, and without a safe dead-letter route it
/// is gone after that: a queue whose policy was lost or overruled is worth an alarm, not a stop.
final class QueuePolicyGuard: Service {
    private let management: ManagementClient
    private let queue: String
    private let wanted: QueuePolicy
    private let logger: Logger
    private let isHolding = Atomic(false)
    /// How long the broker may take to show a policy that was set: a first start and a new queue are no alarm.
    private static let patience = Duration.seconds(15)

    init(management: ManagementClient, bus: EventBus, service: String, logger: Logger) {
        var policy = QueuePolicy.standard
        policy.deadLetterExchange = bus.dead
        self.management = management
        self.queue = bus.queue(of: service)
        self.wanted = policy
        self.logger = logger
    }

    /// Whether the broker said so when it was last asked.
    var holds: Bool { self.isHolding.load(ordering: .relaxed) }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var overruledSince: ContinuousClock.Instant?
            repeat {
                do {
                    let other = try await self.overrulingPolicy()
                    overruledSince = other == nil ? nil : overruledSince ?? .now
                    if let other, let overruledSince, .now - overruledSince > Self.patience {
                        self.logger.error("another policy holds for the queue", metadata: ["policy": "\(other)"])
                    }
                } catch {
                    self.isHolding.store(false, ordering: .relaxed)
                    self.logger.warning("the queue's policy could not be checked", error: error)
                }
            } while (try? await Task.sleep(for: self.holds ? .seconds(60) : .seconds(5))) != nil
        }
    }

    /// Sets the policy.
    ///
    /// - Returns: The name of another one that holds in its place.
    private func overrulingPolicy() async throws -> String? {
        let pattern = "^\(self.queue.replacing(".", with: "\\."))$"
        try await self.management.put(
            Policy(name: self.queue, pattern: pattern, appliesTo: .queues, priority: 10, definition: self.wanted)
        )
        let report = try await self.management.queue(named: self.queue)
        // A queue that does not exist yet is declared by the consumer in a moment.
        self.isHolding.store(report?.policy == self.wanted, ordering: .relaxed)
        guard let report, !self.holds else { return nil }
        return report.policyName ?? "none"
    }
}
