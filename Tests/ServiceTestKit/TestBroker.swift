internal import EventSourcing
internal import FoundationEssentials
internal import Logging
public import Messaging
public import RabbitMQ
internal import TestKit

/// Names of its own on the broker that all tests share.
public struct TestBroker: Sendable {
    /// How to get there.
    public let configuration: RabbitMQConfiguration
    let prefix = "test-\(UUID().uuidString.prefix(8).lowercased())."

    /// The names there.
    public var bus: EventBus { EventBus(prefix: self.prefix) }

    /// Finds the broker.
    public init() throws {
        self.configuration = try RabbitMQConfiguration(url: try TestServers.url("TEST_RABBITMQ_URL").absoluteString)
    }

    var environment: [String: String] {
        [
            "RABBITMQ_HOST": self.configuration.hosts[0].name,
            "RABBITMQ_PORT": "\(self.configuration.hosts[0].port)",
            "RABBITMQ_DEFAULT_USER": self.configuration.username,
            "RABBITMQ_DEFAULT_PASS": self.configuration.password,
            "EVENT_BUS_PREFIX": self.prefix,
        ]
    }

    /// Takes everything away that a service has declared.
    func clean(after service: String, _ logger: Logger) async throws {
        let admin = RabbitMQAdmin(configuration: self.configuration, logger: logger)
        for queue in [self.bus.queue(of: service), self.bus.deadQueue(of: service), self.bus.replayQueue(of: service)] {
            try await admin.delete(queue: queue)
        }
        for exchange in [self.bus.events, self.bus.dead] { try await admin.delete(exchange: exchange) }
    }
}
