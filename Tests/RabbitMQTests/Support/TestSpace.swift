import Foundation
import Logging
import RabbitMQ
import ServiceLifecycle
import TestKit
import Testing

let silentLogger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

/// Names that no other test uses, on a broker that all tests share.
struct TestSpace {
    var configuration: RabbitMQConfiguration
    var logger: Logger { silentLogger }
    private let prefix = "test." + UUID().uuidString.prefix(8).lowercased()

    var exchange: String { "\(self.prefix).exchange" }
    /// Named like a service's queue, so that the platform's policy holds for it where it is loaded.
    var queue: String { "\(self.prefix).events" }
    var deadLetters: String { "\(self.prefix).dead" }
    var admin: RabbitMQAdmin { RabbitMQAdmin(configuration: self.configuration, logger: self.logger) }

    /// A topic exchange and a queue that gets everything from it.
    func topology(
        _ kind: Topology.Queue.Kind = .quorum,
        hasSingleActiveConsumer: Bool = false,
        arguments: [String: HeaderValue] = [:]
    ) -> Topology {
        Topology(
            exchanges: [.init(self.exchange)],
            queues: [
                .init(self.queue, kind, hasSingleActiveConsumer: hasSingleActiveConsumer, arguments: arguments)
            ],
            bindings: [.init(queue: self.queue, exchange: self.exchange, routingKey: "#")]
        )
    }

    /// The same with a limit of delivery attempts, after which a message goes to `deadLetters`.
    func topology(deliveryLimit: Int, hasSingleActiveConsumer: Bool = false) -> Topology {
        var topology = self.topology(
            hasSingleActiveConsumer: hasSingleActiveConsumer,
            arguments: [
                "x-delivery-limit": .integer(Int64(deliveryLimit)),
                "x-dead-letter-exchange": .string(""),
                "x-dead-letter-routing-key": .string(self.deadLetters),
            ]
        )
        topology.queues.append(.init(self.deadLetters))
        return topology
    }

    func message(_ number: Int, routingKey: String = "thing.happened", body: [UInt8]? = nil) -> OutboundMessage {
        OutboundMessage(
            exchange: self.exchange,
            routingKey: routingKey,
            body: body ?? Array("message \(number)".utf8),
            messageID: "\(number)",
            type: routingKey,
            appID: "tests",
            timestamp: Date(timeIntervalSince1970: 1_800_000_000)
        )
    }

    func messages(_ numbers: some Sequence<Int>) -> [OutboundMessage] {
        numbers.map { self.message($0) }
    }

    func publisher(topology: Topology = Topology(), window: Int = 512) -> RabbitMQPublisher {
        RabbitMQPublisher(
            configuration: self.configuration,
            topology: topology,
            window: window,
            logger: self.logger
        )
    }

    func consumer(
        topology: Topology = Topology(),
        prefetch: Int = 256,
        maxBatch: Int = 100,
        onConnected: (@Sendable (QueueState) async throws -> Void)? = nil,
        handler: @escaping RabbitMQConsumer.Handler
    ) -> RabbitMQConsumer {
        RabbitMQConsumer(
            configuration: self.configuration,
            queue: self.queue,
            prefetch: prefetch,
            maxBatch: maxBatch,
            topology: topology,
            onConnected: onConnected,
            logger: self.logger,
            handler: handler
        )
    }

    /// Runs the services while `body` works, then shuts them down gracefully.
    func running<Result: Sendable>(
        _ services: any Service...,
        body: () async throws -> Result
    ) async throws -> Result {
        let group = ServiceGroup(services: services, logger: self.logger)
        return try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let result: Result
            do {
                result = try await body()
            } catch {
                tasks.cancelAll()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        }
    }

    func deleteEverything() async throws {
        try await self.admin.delete(queue: self.queue)
        try await self.admin.delete(queue: self.deadLetters)
        try await self.admin.delete(exchange: self.exchange)
    }
}

extension RabbitMQPublisher {
    /// Publishes like the relay does: what is nacked comes again.
    ///
    /// A quorum queue that was declared a moment ago may have no leader yet and refuses its first messages.
    func publishAll(_ messages: [OutboundMessage]) async throws {
        var open = messages
        while !open.isEmpty {
            let outcomes = try await self.publish(open)
            open = zip(open, outcomes).filter { $0.1 != .confirmed }.map(\.0)
        }
    }
}

extension RabbitMQPublisher {
    /// Publishes like the relay does over a bad connection: whatever is in doubt comes again.
    func publishUntilConfirmed(_ messages: [OutboundMessage]) async throws {
        while true {
            do {
                return try await self.publishAll(messages)
            } catch let error as RabbitMQError where error.isRetriable {
                continue
            }
        }
    }
}

/// Gives the body names of its own on the shared broker, and removes what it left there.
func withTestSpace(
    on configuration: RabbitMQConfiguration? = nil,
    _ body: (TestSpace) async throws -> Void
) async throws {
    let space = TestSpace(configuration: try configuration ?? sharedBroker())
    do {
        try await body(space)
    } catch {
        try await space.deleteEverything()
        throw error
    }
    try await space.deleteEverything()
}

/// The broker that all tests share; reconnects fast, so that tests need not wait.
func sharedBroker() throws -> RabbitMQConfiguration {
    let url = try TestServers.url("TEST_RABBITMQ_URL").absoluteString
    var configuration = try RabbitMQConfiguration(url: url)
    configuration.reconnectDelay = .milliseconds(20)...(.milliseconds(200))
    return configuration
}
