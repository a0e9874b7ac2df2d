import EventSourcing
import EventStorePostgres
import Foundation
import Messaging
import Postgres
import RabbitMQ
import SampleService
import TestKit
import Testing

/// Each outage has a server of its own to suffer.
@Suite("Outages", .serialized)
struct OutageTests {
    @Test("case 4, EV-14: while the broker is away writes go on, and afterwards everything arrives once, in order")
    func broker() async throws {
        try await PrivateServer.with(.rabbitmq) { server in
            let url = try #require(URL(string: "amqp://repitbot:repitbot@127.0.0.1:\(server.port)/"))
            try await TestPostgres.withDatabase { database in
                try await withWorld(database: database, broker: url) { world in
                    let jars = try await world.service("jars")
                    let counter = try await world.service("counter", listeningTo: "jars")
                    try await world.running(jars, counter) {
                        let jar = UUID.version7()
                        try await jars.add([1], to: jar)
                        try await counter.expectReceived([1])
                        try await server.expectWrittenDown(queues: [
                            world.bus.replayQueue(of: "jars"), world.bus.queue(of: "counter"),
                            world.bus.replayQueue(of: "counter"), world.bus.deadQueue(of: "counter"),
                        ])
                        try await jars.add(Array(2...20), to: jar)
                        try await server.kill()
                        for number in 21...60 { try await jars.add([number], to: jar) }
                        try await server.start()
                        for number in 61...80 { try await jars.add([number], to: jar) }
                        try await counter.expectReceived(Array(1...80), within: .seconds(60))
                        try await eventually("an empty outbox") { try await jars.cursor.lag().events == 0 }
                        #expect(try await counter.letters.count() == 0)
                    }
                }
            }
        }
    }

    @Test("EV-11: while the receiver's database is away consumption stands still, and costs no attempts")
    func database() async throws {
        try await PrivateServer.with(.postgres) { server in
            // Test servers promise less than real ones: they confirm what is not written yet.
            let suffering = try PostgresConfiguration(
                url: "postgres://postgres@127.0.0.1:\(server.port)/postgres?options=-c%20synchronous_commit%3Don",
                applicationName: "counter"
            )
            try await withWorld { world in
                let jars = try await world.service("jars")
                let counter = try await world.service("counter", listeningTo: "jars") {
                    $0.postgres = suffering
                }
                let limit: [String: PolicyValue] = ["delivery-limit": 2, "dead-letter-exchange": .text(world.bus.dead)]
                try await world.withPolicy(".*\\.events$", limit) {
                    try await world.running(jars, counter) {
                        let jar = UUID.version7()
                        try await jars.add([1], to: jar)
                        try await counter.expectReceived([1])
                        try await server.kill()
                        try await jars.add(Array(2...50), to: jar)
                        try await eventually("an empty outbox") { try await jars.cursor.lag().events == 0 }
                        try await server.start()
                        try await counter.expectReceived(Array(1...50), within: .seconds(60))
                        #expect(try await counter.letters.count() == 0)
                    }
                }
            }
        }
    }
}
