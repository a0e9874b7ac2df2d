import EventSourcing
import EventStorePostgres
import Foundation
import Messaging
import Postgres
import RabbitMQ
import SampleService
import TestKit
import Testing

@Suite("Events that make trouble")
struct TroubleTests {
    private struct Bug: Error {}

    @Test("case 10: whoever can not be handled goes to the dead letters, and the others flow in order")
    func poison() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            let counter = try await world.service("counter", listeningTo: "jars") {
                $0.trouble = { if $0 == 13 { throw Bug() } }
            }
            try await world.running(jars, counter) {
                try await jars.add([1], to: .version7())
                try await counter.expectReceived([1])
                try await self.publishNonsense(world)
                try await jars.add(Array(2...40), to: .version7())
                try await counter.expectReceived(Array(1...12) + Array(14...40))
                let reasons = Set(try await counter.letters.list().map(\.reason))
                #expect(
                    reasons == [
                        "not an event: properties or headers are missing",
                        "the payload does not have the form of its type", "Bug",
                    ]
                )
                #expect(try await counter.letters.count() == 4)
            }
        }
    }

    @Test("EV-13: a dead letter can be looked at, sent again once mended, and then has its effect once")
    func replay() async throws {
        try await withWorld { world in
            let isMended = Flag()
            let jars = try await world.service("jars")
            let counter = try await world.service("counter", listeningTo: "jars") {
                $0.trouble = { if $0 % 10 == 3, !isMended.isSet { throw Bug() } }
            }
            try await world.running(jars, counter) {
                let jar = UUID.version7()
                try await jars.add(Array(1...35), to: jar)
                let healthy = (1...35).filter { $0 % 10 != 3 }
                try await counter.expectReceived(healthy)
                try await eventually("four letters") { try await counter.letters.count() == 4 }
                let letters = try await counter.letters.list()
                #expect(letters.map(\.source) == Array(repeating: "jars", count: 4))
                #expect(letters.map(\.correlationID) == Array(repeating: "sample", count: 4))

                // Not mended yet: it comes back, and stays open.
                let first = try #require(letters.first)
                #expect(try await counter.replay.replay(first.id))
                try await jars.add([36], to: jar)
                try await counter.expectReceived(healthy + [36])
                #expect(try await counter.letters.show(first.id)?.status == "open")

                isMended.set()
                #expect(try await counter.replay.replay(first.id))
                // Twice does no harm.
                _ = try await counter.replay.replay(first.id)
                try await counter.expectReceived(healthy + [36, 3])
                #expect(try await counter.letters.show(first.id)?.status == "replayed")

                let discarded = try #require(letters.last)
                #expect(try await counter.letters.discard(discarded.id, because: "was a test"))
                #expect(try await !counter.letters.discard(discarded.id, because: "again"))
                #expect(try await !counter.replay.replay(discarded.id))
                #expect(try await counter.letters.show(discarded.id)?.note == "was a test")

                #expect(try await counter.replay.replayAll() == 2)
                try await counter.expectReceived(healthy + [36, 3, 13, 23])
                #expect(try await counter.letters.count() == 0)
                #expect(try await counter.replay.replayAll() == 0)
            }
        }
    }

    @Test("EV-8: thousands of repetitions in disorder have no effect beyond the first")
    func repetitions() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            let counter = try await world.service("counter", listeningTo: "jars")
            try await world.running(jars, counter) {
                let ids = (0..<10).map { _ in UUID.version7() }
                for id in ids { try await jars.add(Array(1...100), to: id) }
                try await counter.expectReceived(ids.flatMap { _ in 1...100 })
                let before = try await counter.jars()

                let events = try await jars.store.readAll(after: .start, limit: 2000)
                    .flatMap { try Publications.jars(source: "jars").publish($0) }
                #expect(events.count == 1000)
                var generator = SystemRandomNumberGenerator()
                let repeated = (events + events).shuffled(using: &generator)
                    .map { MessageCodec.message($0, exchange: world.bus.events) }
                let outcomes = try await world.admin.publish(repeated)
                #expect(outcomes.allSatisfy { $0 == .confirmed })
                try await jars.add([1], to: try #require(ids.first))
                try await counter.expectReceived(ids.flatMap { _ in 1...100 } + [1])
                var expected = before
                expected[try #require(ids.first), default: 0] += 1
                let after = try await counter.jars()
                #expect(after == expected)
            }
        }
    }

    @Test("case 9: a full queue refuses; the relay waits, keeps the order, and goes on when there is room")
    func fullQueue() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            let counter = try await world.service("counter", listeningTo: "jars")
            try await world.running(jars) {
                // The queue is there, and nobody listens.
                try await world.running(counter) { try await jars.add([1], to: .version7()) }
                let again = try await world.service("counter", listeningTo: "jars")
                try await world.withPolicy("counter\\.events$", ["max-length": 3, "overflow": "reject-publish"]) {
                    // It takes the queue a moment to know its limit; what fills it until then is no event.
                    try await eventually("a full queue") {
                        try await world.admin.publish([self.noEvent(to: world.bus.queue(of: "counter"))]) == [.nacked]
                    }
                    try await jars.add(Array(2...60), to: .version7())
                    #expect(try await jars.cursor.lag().events > 50, "what was refused is not taken for published")
                    try await world.running(again) {
                        try await again.expectReceived(Array(1...60), within: .seconds(30))
                    }
                }
                try await eventually("an empty outbox") { try await jars.cursor.lag().events == 0 }
            }
        }
    }

    /// Bytes that are no event, and an event whose payload is none.
    private func publishNonsense(_ world: World) async throws {
        func event(of request: String) -> IntegrationEvent {
            IntegrationEvent(
                id: .version7(),
                type: MarblesAnnounced.type,
                schemaVersion: 1,
                source: "jars",
                subject: StreamName(category: "jar", id: .version7()),
                streamVersion: StreamVersion(rawValue: 1),
                position: .start,
                occurredAt: Date(),
                metadata: EventMetadata(correlationID: request, traceParent: request),
                data: Array("{}".utf8)
            )
        }
        let outcomes = try await world.admin.publish([
            self.noEvent(to: world.bus.queue(of: "counter")),
            MessageCodec.message(event(of: "nonsense"), exchange: world.bus.events),
            // Postgres can not keep this as it is.
            MessageCodec.message(event(of: "non\0sense"), exchange: world.bus.events),
        ])
        try #require(outcomes == [.confirmed, .confirmed, .confirmed])
    }

    private func noEvent(to queue: String) -> OutboundMessage {
        OutboundMessage(
            exchange: "",
            routingKey: queue,
            body: [0xFF, 0x00],
            messageID: UUID.version7().lowercased,
            type: "?",
            appID: "?",
            timestamp: Date()
        )
    }
}
