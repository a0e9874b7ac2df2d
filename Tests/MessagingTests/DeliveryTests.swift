import EventSourcing
import EventStorePostgres
import Foundation
import SampleService
import TestKit
import Testing

@Suite("From one service to another")
struct DeliveryTests {
    @Test("EV-2, EV-9: what was committed is published in order and has its effect once, in order")
    func inOrder() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            let counter = try await world.service("counter", listeningTo: "jars")
            try await world.running(jars, counter) {
                let (first, second) = (UUID.version7(), UUID.version7())
                for number in 1...50 {
                    try await jars.add([number, number + 100], to: number % 2 == 0 ? first : second)
                }
                try await counter.expectReceived((1...50).flatMap { [$0, $0 + 100] })
                let (mine, theirs) = (try await counter.jars(), try await jars.jars())
                #expect(mine == theirs)
                try await eventually("an empty outbox") { try await jars.cursor.lag().events == 0 }
            }
        }
    }

    @Test("EV-6: request, cause, actor and trace lead from an event to its consequences")
    func origin() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            let counter = try await world.service("counter", listeningTo: "jars")
            try await world.running(jars, counter) {
                let jar = UUID.version7()
                let origin = EventMetadata(
                    correlationID: "request-7",
                    actor: .version7(),
                    traceParent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
                )
                try await jars.add([1, 2], to: jar, origin: origin)
                try await counter.expectReceived([1, 2])
                let causes = try await jars.store.read(correlatedBy: "request-7")
                let effects = try await counter.store.read(correlatedBy: "request-7")
                #expect(causes.count == 2)
                #expect(effects.map(\.event.metadata.causationID) == causes.map(\.event.id))
                #expect(effects.allSatisfy { $0.event.metadata.actor == origin.actor })
                #expect(effects.allSatisfy { $0.event.metadata.traceParent == origin.traceParent })
            }
        }
    }

    @Test("a new service gets the whole history in order, before what happens now")
    func history() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            let jar = UUID.version7()
            try await world.running(jars) {
                try await jars.add(Array(1...600), to: jar)
                try await eventually("an empty outbox") { try await jars.cursor.lag().events == 0 }
                let counter = try await world.service("counter", listeningTo: "jars")
                try await world.running(counter) {
                    for number in 601...620 { try await jars.add([number], to: jar) }
                    try await counter.expectReceived(Array(1...620))
                }
            }
        }
    }

    @Test("nobody listening is no obstacle, and nothing is lost by it")
    func nobodyListens() async throws {
        try await withWorld { world in
            let jars = try await world.service("jars")
            try await world.running(jars) {
                try await jars.add([1, 2, 3], to: .version7())
                try await eventually("an empty outbox") { try await jars.cursor.lag().events == 0 }
            }
            let restarted = try await world.service("jars")
            let counter = try await world.service("counter", listeningTo: "jars")
            try await world.running(restarted, counter) { try await counter.expectReceived([1, 2, 3]) }
        }
    }
}
