import EventSourcing
import EventStorePostgres
import Foundation
import Messaging
import Postgres
import RabbitMQ
import SampleService
import TestKit
import Testing

@Suite("What is lost on the way is noticed and sent again")
struct HealingTests {
    @Test("case 7: a queue that is deleted under its consumer is declared again, and the gap is filled")
    func deletedQueue() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            let counter = try await world.service("counter", listeningTo: "jars")
            let jar = UUID.version7()
            try await world.running(jars) {
                try await world.running(counter) {
                    try await jars.add([1, 2], to: jar)
                    try await counter.expectReceived([1, 2])
                    try await world.admin.delete(queue: world.bus.queue(of: "counter"))
                    try await jars.add([3, 4], to: jar)
                    try await counter.expectReceived([1, 2, 3, 4])
                }
                // The same while nobody listens, together with everything in it.
                try await world.admin.delete(queue: world.bus.queue(of: "counter"))
                try await jars.add([5, 6], to: jar)
                try await eventually("an empty outbox") { try await jars.cursor.lag().events == 0 }
                let again = try await world.service("counter", listeningTo: "jars")
                try await world.running(again) {
                    try await jars.add([7], to: jar)
                    try await again.expectReceived(Array(1...7))
                }
            }
        }
    }

    @Test(
        "case 8: a lost binding is made again, and what was missed meanwhile comes although younger events came first"
    )
    func lostBinding() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            let counter = try await world.service("counter", listeningTo: "jars") {
                $0.catchUpInterval = .milliseconds(300)
            }
            let jar = UUID.version7()
            try await world.running(jars, counter) {
                try await jars.add([100], to: jar)
                try await counter.expectReceived([100])
                for round in 1...3 {
                    let before = try await counter.received().count
                    try await world.admin.unbind(
                        .init(
                            queue: world.bus.queue(of: "counter"),
                            exchange: world.bus.events,
                            routingKey: MarblesWithdrawn.type
                        )
                    )
                    try await jars.take(round, from: jar)
                    try await jars.add([round], to: jar)
                    try await eventually("both events of round \(round)") {
                        try await counter.received().count == before + 2
                    }
                }
                #expect(try await counter.jars()[jar] == 100)
            }
        }
    }

    @Test("what nobody missed is not sent again, however often is asked")
    func nothingMissed() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            let counter = try await world.service("counter", listeningTo: "jars") {
                $0.catchUpInterval = .milliseconds(50)
            }
            try await world.running(jars, counter) {
                try await jars.add(Array(1...10), to: .version7())
                try await counter.expectReceived(Array(1...10))
                try await counter.expectComplete(upTo: jars)
                #expect(try await counter.received() == Array(1...10))
            }
        }
    }

    @Test("an upgrade: what the old version did not want is missing for the new one, and comes")
    func upgrade() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            let old = try await world.service("counter", listeningTo: "jars") { $0.wantsWithdrawals = false }
            let jar = UUID.version7()
            try await world.running(jars) {
                try await world.running(old) {
                    try await jars.add([10], to: jar)
                    try await old.expectReceived([10])
                    // The new version has bound the queue already, while the old one still is its only consumer.
                    try await world.admin.bind(
                        .init(
                            queue: world.bus.queue(of: "counter"),
                            exchange: world.bus.events,
                            routingKey: MarblesWithdrawn.type
                        )
                    )
                    try await jars.take(3, from: jar)
                    try await jars.add([5], to: jar)
                    try await old.expectReceived([10, 5])
                }
                let new = try await world.service("counter", listeningTo: "jars") {
                    $0.catchUpInterval = .milliseconds(300)
                }
                try await world.running(new) {
                    try await eventually("the withdrawal") { try await new.received().contains(-3) }
                    #expect(try await new.received().sorted() == [-3, 5, 10])
                }
            }
        }
    }

    @Test("a queue that was emptied by somebody is noticed")
    func purgedQueue() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            let counter = try await world.service("counter", listeningTo: "jars")
            let jar = UUID.version7()
            try await world.running(jars) {
                try await world.running(counter) {
                    try await jars.add([1], to: jar)
                    try await counter.expectReceived([1])
                }
                try await jars.add([2, 3], to: jar)
                try await eventually("an empty outbox") { try await jars.cursor.lag().events == 0 }
                #expect(try await world.admin.purge(queue: world.bus.queue(of: "counter")) >= 2)
                // A younger one that hides the gap from whoever only remembers the last place.
                try await jars.add([4], to: jar)
                let again = try await world.service("counter", listeningTo: "jars") {
                    $0.catchUpInterval = .milliseconds(300)
                }
                try await world.running(again) {
                    try await eventually("all of them") { try await again.received().sorted() == [1, 2, 3, 4] }
                }
            }
        }
    }
}
