import RabbitMQ
import TestKit
import Testing

/// A broker that belongs to one suite, which may do to it what it likes.
struct PrivateBroker: Sendable {
    /// The broker of the running suite.
    @TaskLocal static var current: PrivateBroker?

    let server: PrivateServer
    let encryption: Encryption

    /// The broker by its plain port; reconnects fast, so that tests need not wait.
    func configuration() throws -> RabbitMQConfiguration {
        var configuration = try RabbitMQConfiguration(url: "amqp://repitbot:repitbot@127.0.0.1:\(self.server.port)")
        configuration.reconnectDelay = .milliseconds(20)...(.milliseconds(200))
        return configuration
    }
}

/// Starts a private broker before a suite and removes it afterwards.
struct PrivateBrokerTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let port = try freeServerPort()
        try await PrivateServer.with(.rabbitmq) { server in
            try Encryption(folder: server.folder, port: port).prepare()
        } _: { server in
            let broker = PrivateBroker(server: server, encryption: Encryption(folder: server.folder, port: port))
            try await PrivateBroker.$current.withValue(broker, operation: function)
        }
    }
}

extension SuiteTrait where Self == PrivateBrokerTrait {
    static var privateBroker: PrivateBrokerTrait { PrivateBrokerTrait() }
}
