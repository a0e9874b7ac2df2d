import RabbitMQ
import ServiceLifecycle
import Synchronization
import TestKit
import Testing

/// "Poison" is the trade's word for them (Hohpe and Woolf, Enterprise Integration Patterns).
@Suite("Messages that can not be digested")
struct PoisonTests {
    @Test func `case 10 a refused message goes to the dead letters at once, the others go on in order`() async throws {
        try await withTestSpace { space in
            let topology = space.topology(deliveryLimit: 20, hasSingleActiveConsumer: true)
            try await space.admin.declare(topology)
            let seen = Recorder()
            let publisher = space.publisher()
            let consumer = space.consumer(topology: topology) { batch in
                await seen.record(batch)
                return batch.map { $0.messageID == "3" ? .deadLetter : .done }
            }
            try await space.running(publisher, consumer) {
                try await publisher.publishAll(space.messages(0..<10))
                try await eventually("all arrive") { await seen.count == 10 }
                try await eventually("one is buried") {
                    try await space.admin.counts(of: space.deadLetters)?.messages == 1
                }
            }
            #expect(await seen.ids == (0..<10).map(String.init))
            let buried = Recorder()
            try await space.admin.get(from: space.deadLetters, limit: 5) { deliveries in
                await buried.record(deliveries)
                return deliveries.map { _ in .done }
            }
            let letter = try #require(await buried.deliveries.first)
            #expect(letter.messageID == "3")
            let death = letter.headers["x-death"]?.array?.first?.table
            #expect(death?["reason"] == .string("rejected"))
            #expect(death?["queue"] == .string(space.queue))
        }
    }

    @Test func `EV-10 a message that is always requeued ends in the dead letters after the limit`() async throws {
        try await withTestSpace { space in
            let topology = space.topology(deliveryLimit: 2)
            try await space.admin.declare(topology)
            let seen = Recorder()
            let publisher = space.publisher()
            let consumer = space.consumer(topology: topology) { batch in
                await seen.record(batch)
                return batch.map { $0.messageID == "0" ? .requeue : .done }
            }
            try await space.running(publisher, consumer) {
                try await publisher.publishAll(space.messages(0..<3))
                try await eventually("it is buried") {
                    try await space.admin.counts(of: space.deadLetters)?.messages == 1
                }
                try await eventually("the others are done") { await seen.count == 5 }
            }
            #expect(await seen.ids.filter { $0 == "0" }.count == 3)
            #expect(await seen.deliveries.compactMap(\.deliveryCount).max() == 2)
        }
    }

    @Test func `case 11 EV-11 a message that kills its consumer takes no neighbours with it`() async throws {
        try await withTestSpace { space in
            let topology = space.topology(deliveryLimit: 2)
            try await space.admin.declare(topology)
            _ = try await space.admin.publish(space.messages(0..<20))
            let deaths = Recorder()
            // The process that dies on message 0: its connection ends in the middle of the handler.
            while try await space.admin.counts(of: space.deadLetters)?.messages == 0 {
                let reached = Gate()
                let consumer = space.consumer(topology: topology, prefetch: 20) { batch in
                    await deaths.record(batch)
                    reached.open()
                    await Gate().pass()
                    return []
                }
                try await withThrowingTaskGroup { group in
                    group.addTask { try await consumer.run() }
                    await reached.pass()
                    group.cancelAll()
                    try await group.waitForAll()
                }
                try await eventually("the message is back or buried") {
                    let ready = try await space.admin.counts(of: space.queue)?.messages ?? 0
                    let dead = try await space.admin.counts(of: space.deadLetters)?.messages ?? 0
                    return ready + dead == 20
                }
            }
            #expect(Set(await deaths.ids) == ["0"], "no neighbour was ever handed to the dying consumer")
            let seen = Recorder()
            try await space.running(space.consumer(topology: topology, handler: seen.handler)) {
                try await eventually("the neighbours arrive") { await seen.count == 19 }
            }
            #expect(await seen.ids == (1..<20).map(String.init))
        }
    }
}
