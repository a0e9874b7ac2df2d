import Foundation
import Logging
import RabbitMQ
import RabbitMQManagement
import TestKit
import Testing

@Suite("Management")
struct ManagementClientTests {
    private let prefix = "test.mgmt." + UUID().uuidString.prefix(8).lowercased()
    private let url: URL

    init() throws {
        self.url = try TestServers.url("TEST_RABBITMQ_MANAGEMENT_URL")
    }

    @Test func `EV-10 a queue reads back exactly the policy that was put`() async throws {
        try await self.withQueue { client, queue in
            let policy = Policy(
                name: queue,
                pattern: "^\(self.prefix)",
                appliesTo: .queues,
                priority: 50,
                definition: QueuePolicy.standard
            )
            try await client.put(policy)
            try await eventually { try await client.queue(named: queue)?.policy == .standard }
            #expect(try await client.queue(named: queue)?.policyName == queue)

            var stricter = policy
            stricter.definition.maxLength = 1000
            stricter.definition.maxLengthBytes = 1 << 20
            try await client.put(stricter)
            try await eventually { try await client.queue(named: queue)?.policy == stricter.definition }
            try await client.deletePolicy(named: queue)
            try await eventually { try await client.queue(named: queue)?.policyName != queue }
            try await client.deletePolicy(named: queue)
        }
    }

    @Test func `EV-12 an exchange reads back its alternate`() async throws {
        try await self.withQueue { client, queue in
            let policy = Policy(
                name: "\(queue).x",
                pattern: "^\(self.prefix)",
                appliesTo: .exchanges,
                priority: 50,
                definition: ExchangePolicy(alternateExchange: "repitbot.unrouted")
            )
            try await client.put(policy)
            try await eventually { try await client.exchangePolicy(of: queue) == policy.definition }
            try await client.deletePolicy(named: policy.name)
            #expect(try await client.exchangePolicy(of: "\(self.prefix).missing") == nil)
        }
    }

    @Test func `queues are listed with their kind`() async throws {
        try await self.withQueue { client, queue in
            try await eventually { try await client.queues().contains { $0.name == queue && $0.type == "quorum" } }
            #expect(try await client.queue(named: "\(self.prefix).missing") == nil)
        }
    }

    @Test func `a virtual host comes and goes, whatever its name`() async throws {
        let client = try self.client(virtualHost: "\(self.prefix)/a b")
        let user = try #require(self.url.user())
        try await client.createVirtualHost(for: user)
        #expect(try await client.queues().isEmpty)
        try await client.deleteVirtualHost()
        let error = await #expect(throws: ManagementError.self) { try await client.queues() }
        #expect(error?.code == .notFound)
        try await client.deleteVirtualHost()
    }

    @Test func `wrong credentials are told apart from a broker that is away`() async throws {
        let stranger = try self.client(password: "wrong")
        let refusal = await #expect(throws: ManagementError.self) { try await stranger.queues() }
        #expect(refusal?.code == .unauthorized)
        #expect(refusal?.isRetriable == false)
        let nobody = try ManagementClient(url: "http://127.0.0.1:1", username: "u", password: "p")
        let silence = await #expect(throws: ManagementError.self) { try await nobody.queues() }
        #expect(silence?.code == .unreachable)
        #expect(silence?.isRetriable == true)
    }

    @Test(arguments: ["", "127.0.0.1:15672", "http://user:password@127.0.0.1:15672"])
    func `an address that is none, or that holds a password, is refused`(url: String) {
        let error = #expect(throws: ManagementError.self) {
            try ManagementClient(url: url, username: "u", password: "p")
        }
        #expect(error?.code == .invalidConfiguration)
    }

    @Test func `case 6 an alarm is reported while it lasts`() async throws {
        try await PrivateServer.with(.rabbitmq) { server in
            let client = try ManagementClient(
                url: "http://127.0.0.1:\(server.managementPort)",
                username: "repitbot",
                password: "repitbot"
            )
            try await eventually { try await client.alarms().isEmpty }
            try await server.control("set_vm_memory_high_watermark", "0")
            try await eventually { try await client.alarms().map(\.resource) == ["memory"] }
            try await server.control("set_vm_memory_high_watermark", "0.4")
            try await eventually { try await client.alarms().isEmpty }
        }
    }

    private func withQueue(_ body: (ManagementClient, String) async throws -> Void) async throws {
        let broker = try RabbitMQConfiguration(url: TestServers.url("TEST_RABBITMQ_URL").absoluteString)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let admin = RabbitMQAdmin(configuration: broker, logger: logger)
        let name = "\(self.prefix).queue"
        try await admin.declare(Topology(exchanges: [.init(name)], queues: [.init(name)]))
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(self.client(), name))
        } catch {
            result = .failure(error)
        }
        try await admin.delete(queue: name)
        try await admin.delete(exchange: name)
        try result.get()
    }

    private func client(password: String? = nil, virtualHost: String = "/") throws -> ManagementClient {
        try ManagementClient(
            url: "http://127.0.0.1:\(try #require(self.url.port))",
            username: try #require(self.url.user()),
            password: try password ?? #require(self.url.password()),
            virtualHost: virtualHost
        )
    }
}
