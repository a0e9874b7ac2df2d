import Logging
import RabbitMQ
import TestKit
import Testing

extension PlatformTests {
    @Test("AU-10: a service reads, empties, deletes and binds its own queues on the broker, and nobody else's")
    func rightsOnTheBroker() async throws {
        let lesson = RabbitMQAdmin(
            configuration: RabbitMQConfiguration(
                hosts: [.init("127.0.0.1", port: self.platform.port(.rabbitmq))],
                username: Member.lesson.schema,
                password: Platform.password
            ),
            logger: Logger(label: "test")
        )
        #expect(try await lesson.counts(of: "lesson.events") != nil)
        try await lesson.bind(.init(queue: "lesson.events", exchange: "repitbot.events", routingKey: "of.no.use"))
        try await lesson.unbind(.init(queue: "lesson.events", exchange: "repitbot.events", routingKey: "of.no.use"))

        try await Self.expectRefusal { _ = try await lesson.purge(queue: "student.events") }
        try await Self.expectRefusal { try await lesson.delete(queue: "student.events") }
        try await Self.expectRefusal {
            _ = try await lesson.get(from: "student.events", limit: 1) { $0.map { _ in .requeue } }
        }
        try await Self.expectRefusal {
            try await lesson.bind(.init(queue: "student.events", exchange: "repitbot.events", routingKey: "#"))
        }
        try await Self.expectRefusal { try await lesson.declare(.init(queues: [.init("homework.events")])) }
    }

    private static func expectRefusal(_ attempt: () async throws -> Void) async throws {
        let error = await #expect(throws: RabbitMQError.self) { try await attempt() }
        #expect(error?.code == .accessRefused)
    }
}
