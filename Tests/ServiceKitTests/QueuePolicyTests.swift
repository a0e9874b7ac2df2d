import EventSourcing
import FoundationEssentials
import RabbitMQ
import RabbitMQManagement
import ServiceLifecycle
import ServiceTestKit
import TestKit
import Testing

@testable import Messaging
@testable import ServiceKit

@Suite("The policy of a service's queue")
struct QueuePolicyTests {
    @Test("At the first start the broker is given time to show the policy before anybody is alarmed")
    func firstStart() async throws {
        let broker = try TestBroker()
        let (log, url) = (CapturedLog(), try TestServers.url("TEST_RABBITMQ_MANAGEMENT_URL"))
        let logger = log.logger()
        let admin = RabbitMQAdmin(configuration: broker.configuration, logger: logger)
        let queue = broker.bus.queue(of: "test")
        let topology = broker.bus.subscribingTopology(of: "test", types: [])
        let policyGuard = QueuePolicyGuard(
            management: try ManagementClient(
                url: "http://\(url.host() ?? ""):\(url.port ?? 0)",
                username: broker.configuration.username,
                password: broker.configuration.password
            ),
            bus: broker.bus,
            service: "test",
            logger: logger
        )
        try await admin.declare(topology)
        let group = ServiceGroup(services: [policyGuard], logger: logger)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            try await eventually(within: .seconds(40), "the policy holds") { policyGuard.holds }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        try await admin.delete(queue: queue)
        let alarms = try log.records.filter { $0["level"] == "error" }
        #expect(alarms.isEmpty)
    }
}
