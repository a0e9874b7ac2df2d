import Foundation
import RabbitMQManagement
import Testing

@Suite("Queue policy")
struct QueuePolicyTests {
    @Test func `EV-10 the definitions that a broker loads say what the standard says`() throws {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized
        let file = root.appending(path: "deploy/rabbitmq/definitions.json")
        let definitions = try JSONDecoder().decode(Definitions.self, from: Data(contentsOf: file))
        let burying = definitions.policies.filter { $0.definition.deadLetterExchange != nil }
        #expect(burying.map(\.definition) == [.standard])
        let pattern = try Regex(try #require(burying.first?.pattern))
        #expect("lesson.events".contains(pattern))
        #expect(definitions.policies.allSatisfy { !$0.definition.losesDeadLetters })
    }

    @Test func `EV-10 a policy that would lose dead letters is recognised`() {
        var policy = QueuePolicy.standard
        #expect(!policy.losesDeadLetters)
        policy.overflow = .dropHead
        #expect(policy.losesDeadLetters, "drop-head turns at-least-once off silently")
        policy = .standard
        policy.overflow = nil
        #expect(policy.losesDeadLetters, "drop-head is the broker's default")
        policy = .standard
        policy.deadLetterExchange = nil
        #expect(policy.losesDeadLetters)
        #expect(!QueuePolicy(overflow: .rejectPublish).losesDeadLetters)
    }

    @Test func `the names on the wire are RabbitMQ's`() throws {
        var policy = QueuePolicy.standard
        policy.maxLength = 5
        policy.maxLengthBytes = 6
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(
            try String(decoding: encoder.encode(policy), as: UTF8.self)
                == #"{"dead-letter-exchange":"repitbot.dead","dead-letter-strategy":"at-least-once","#
                + #""delivery-limit":20,"max-length":5,"max-length-bytes":6,"overflow":"reject-publish"}"#
        )
    }
}

/// The part of RabbitMQ's definitions that is about policies.
private struct Definitions: Decodable {
    let policies: [Policy<QueuePolicy>]
}
