import EventSourcing
import EventStorePostgres
import Foundation
import Messaging
import Postgres
import RabbitMQ
import SampleService
import TestKit
import Testing

/// Processes of their own die here; what they leave behind must be as if they had not.
@Suite("A process that dies")
struct FaultTests {
    @Test(
        "case 2: after the confirm and before the cursor moves, events are published again and have their effect once"
    )
    func afterConfirm() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            let counter = try await world.service("counter", listeningTo: "jars")
            let jar = UUID.version7()
            try await jars.add(Array(1...20), to: jar)
            try await world.running(counter) {
                try await world.expectConsumer(of: "counter")
                let victim = try world.victim(
                    jars,
                    environment: ["FAULT_POINT": "after_confirm", "VICTIM_LEASE": "200"]
                )
                try await eventually(within: .seconds(20), "the death of the relay") { victim.exitStatus == 137 }
                #expect(
                    try await jars.value("SELECT position FROM relay", as: Int.self) == 0,
                    "the cursor did not move"
                )
                // A new leader starts with a single event.
                try await counter.expectReceived([1])

                let second = try await world.service("jars") { $0.lease = .milliseconds(200) }
                try await world.running(second) {
                    try await eventually("an empty outbox") { try await jars.cursor.lag().events == 0 }
                    try await jars.add([21], to: jar)
                    try await counter.expectReceived(Array(1...21))
                }
            }
            jars.client.close()
        }
    }

    @Test("case 3: after the effect and before the acknowledgement, it is delivered again and has its effect once")
    func beforeAcknowledgement() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            let counter = try await world.service("counter", listeningTo: "jars")
            let jar = UUID.version7()
            try await world.running(jars) {
                let victim = try world.victim(counter, environment: ["FAULT_POINT": "before_ack:3"])
                try await world.expectConsumer(of: "counter")
                var added = 0
                // One after the other, so that it gets to a third batch.
                try await eventually(within: .seconds(20), "the death of the receiver") {
                    added += 1
                    try await jars.add([added], to: jar)
                    return victim.exitStatus == 137
                }
                try await world.running(counter) { try await counter.expectReceived(Array(1...added)) }
            }
        }
    }

    @Test(
        "EV-11, case 11: a message that kills the process ends among the dead letters, and none of its neighbours does"
    )
    func deadlyMessage() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            let counter = try await world.service("counter", listeningTo: "jars")
            let limit: [String: PolicyValue] = [
                "delivery-limit": 3, "dead-letter-exchange": .text(world.bus.dead),
                "dead-letter-strategy": "at-least-once", "overflow": "reject-publish",
            ]
            try await world.withPolicy(".*\\.events$", limit) {
                let jar = UUID.version7()
                try await world.running(jars) {
                    // Once without the deadly one, so that the queue is there and the history is known.
                    try await jars.add([1], to: jar)
                    let first = try await world.service("counter", listeningTo: "jars")
                    try await world.running(first) {
                        try await first.expectReceived([1])
                        try await first.expectComplete(upTo: jars)
                    }
                    try await jars.add(Array(2...30), to: jar)
                    // More than these, when somebody was asked at the last moment whether anything is missing.
                    try await eventually("a full queue") {
                        try await world.admin.counts(of: world.bus.queue(of: "counter"))?.messages ?? 0 >= 29
                    }
                    var deaths = 0
                    try await eventually(within: .seconds(90), "the end of the deaths") {
                        let victim = try world.victim(counter, environment: ["VICTIM_DIES_OF": "13"])
                        try await eventually(within: .seconds(40), "a death or the end") {
                            if victim.exitStatus == 137 { return true }
                            let (letters, effects) = (
                                try await counter.letters.count(), try await counter.received().count
                            )
                            return letters == 1 && effects == 29
                        }
                        if victim.exitStatus == 137 { deaths += 1 } else { victim.terminate() }
                        return victim.exitStatus != 137
                    }
                    #expect(deaths >= 3)
                    #expect(try await counter.received() == Array(1...12) + Array(14...30))
                    let letters = try await counter.letters.list()
                    #expect(letters.map(\.reason) == ["given up by the broker: delivery_limit"])
                    #expect(letters.first.map { String(decoding: $0.body, as: UTF8.self).contains("13") } == true)
                }
            }
        }
    }

    @Test("case 14: one relay publishes at a time, and a leader that wakes up after its lease writes nothing")
    func zombieRelay() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars") { $0.lease = .milliseconds(400) }
            let counter = try await world.service("counter", listeningTo: "jars")
            let jar = UUID.version7()
            try await world.running(counter) {
                let leader = try world.victim(jars, environment: ["VICTIM_LEASE": "400"])
                try await jars.add([1, 2, 3], to: jar)
                try await counter.expectReceived([1, 2, 3])
                let fence = try await jars.value("SELECT fence FROM relay", as: Int.self)
                leader.send(SIGSTOP)
                try await jars.add([4, 5, 6], to: jar)
                try await world.running(jars) {
                    try await counter.expectReceived(Array(1...6))
                    // A slow machine may miss more than one lease: what counts is that each new term has a new fence.
                    #expect(try await jars.value("SELECT fence FROM relay", as: Int.self) > fence)
                    leader.send(SIGCONT)
                    for number in 7...30 { try await jars.add([number], to: jar) }
                    try await counter.expectReceived(Array(1...30))
                }
                // The one that was stopped stands by, and leads again when it is needed.
                let later = try await world.service("jars")
                defer { later.client.close() }
                try await later.add([31], to: jar)
                try await counter.expectReceived(Array(1...31))
                leader.terminate()
                try await eventually("the end of the leader") { leader.exitStatus != nil }
            }
        }
    }

    @Test("case 14: a fence from an earlier term moves nothing")
    func fence() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            defer { jars.client.close() }
            let cursor = RelayCursor(client: jars.client, lease: .milliseconds(50))
            var old = try #require(try await cursor.acquire("first"))
            var new: RelayCursor.Leadership?
            try await eventually("the end of the lease") {
                new = try await cursor.acquire("second")
                return new != nil
            }
            let place = GlobalPosition(transaction: 5, sequence: 5)
            #expect(try await !cursor.advance(&old, to: place))
            try await cursor.release(old)
            var current = try #require(new)
            #expect(current.position == .start)
            #expect(current.fence == old.fence + 1)
            #expect(try await cursor.advance(&current, to: place))
            #expect(current.position == place)
            try await cursor.release(current)
            #expect(try await cursor.acquire("third")?.position == place)
        }
    }
}
