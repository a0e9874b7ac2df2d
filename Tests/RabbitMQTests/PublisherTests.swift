import Logging
import RabbitMQ
import ServiceLifecycle
import TestKit
import Testing

/// With classic queues: a quorum queue that was declared a moment ago may have no leader yet, and nacks.
@Suite("Publisher")
struct PublisherTests {
    @Test func `LQ-5 more messages than the window are all confirmed, in order`() async throws {
        try await withTestSpace { space in
            let publisher = space.publisher(topology: space.topology(.classic), window: 64)
            try await space.running(publisher) {
                let outcomes = try await publisher.publish(space.messages(0..<1000))
                #expect(outcomes == Array(repeating: .confirmed, count: 1000))
            }
            let ids = Recorder()
            try await space.admin.get(from: space.queue, limit: 1000) { deliveries in
                await ids.record(deliveries)
                return deliveries.map { _ in .done }
            }
            #expect(await ids.ids == (0..<1000).map(String.init))
        }
    }

    @Test func `LQ-5 case 8 an unroutable message is returned, its neighbours are confirmed`() async throws {
        try await withTestSpace { space in
            var topology = space.topology(.classic)
            topology.bindings[0].routingKey = "known.*"
            let publisher = space.publisher(topology: topology)
            try await space.running(publisher) {
                let outcomes = try await publisher.publish([
                    space.message(1, routingKey: "known.a"), space.message(2, routingKey: "unknown.b"),
                    space.message(3, routingKey: "known.c"), space.message(4, routingKey: "unknown.d"),
                ])
                let returned = PublishOutcome.returned(code: 312, reason: "NO_ROUTE")
                #expect(outcomes == [.confirmed, returned, .confirmed, returned])
            }
        }
    }

    @Test func `LQ-5 messages of the same identity are each returned`() async throws {
        try await withTestSpace { space in
            let publisher = space.publisher(topology: Topology(exchanges: [.init(space.exchange)]))
            try await space.running(publisher) {
                let outcomes = try await publisher.publish([space.message(1), space.message(1)])
                #expect(outcomes == Array(repeating: .returned(code: 312, reason: "NO_ROUTE"), count: 2))
            }
        }
    }

    @Test func `without mandatory an unroutable message is confirmed, because nobody is missing it`() async throws {
        try await withTestSpace { space in
            let publisher = space.publisher(topology: Topology(exchanges: [.init(space.exchange)]))
            try await space.running(publisher) {
                var message = space.message(1)
                message.isMandatory = false
                let outcomes = try await publisher.publish([message])
                #expect(outcomes == [.confirmed])
            }
        }
    }

    @Test func `case 9 a full queue refuses with nacks, and takes messages again once it is emptied`() async throws {
        try await withTestSpace { space in
            let topology = space.topology(
                .classic,
                arguments: ["x-max-length": .integer(3), "x-overflow": .string("reject-publish")]
            )
            let publisher = space.publisher(topology: topology, window: 1)
            try await space.running(publisher) {
                let outcomes = try await publisher.publish(space.messages(0..<8))
                #expect(outcomes.prefix(3).allSatisfy { $0 == .confirmed })
                #expect(outcomes.last == .nacked)
                try await space.admin.purge(queue: space.queue)
                #expect(try await publisher.publish([space.message(9)]) == [.confirmed])
            }
        }
    }

    @Test func `many callers share one window`() async throws {
        try await withTestSpace { space in
            let publisher = space.publisher(topology: space.topology(.classic), window: 32)
            try await space.running(publisher) {
                try await withThrowingTaskGroup { group in
                    for caller in 0..<50 {
                        group.addTask {
                            try await publisher.publish(space.messages((caller * 10)..<(caller * 10 + 10)))
                        }
                    }
                    for try await outcomes in group { #expect(outcomes == Array(repeating: .confirmed, count: 10)) }
                }
                try await eventually("nothing is left") {
                    publisher.state.inFlight == 0 && publisher.state.queued == 0
                }
            }
            #expect(try await space.admin.counts(of: space.queue)?.messages == 500)
        }
    }

    @Test func `EV-2 a missing exchange is told apart, and the publisher recovers when it exists`() async throws {
        try await withTestSpace { space in
            let publisher = space.publisher()
            try await space.running(publisher) {
                let error = await #expect(throws: RabbitMQError.self) {
                    try await publisher.publish([space.message(1)])
                }
                #expect(error?.code == .notFound)
                #expect(error?.replyCode == 404)
                #expect(error?.isRetriable == true)
                try await space.admin.declare(space.topology(.classic))
                #expect(try await publisher.publish([space.message(1)]) == [.confirmed])
                #expect(publisher.state.failures == 1)
            }
        }
    }

    @Test func `a message of one mebibyte arrives whole`() async throws {
        try await withTestSpace { space in
            let body = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let seen = Recorder()
            let publisher = space.publisher(topology: space.topology(.classic))
            let consumer = space.consumer(topology: space.topology(.classic), handler: seen.handler)
            try await space.running(publisher, consumer) {
                #expect(try await publisher.publish([space.message(1, body: body)]) == [.confirmed])
                try await eventually("the message arrives") { await seen.count == 1 }
            }
            #expect(await seen.deliveries.first?.body == body)
        }
    }

    @Test func `an empty body and an empty list are fine`() async throws {
        try await withTestSpace { space in
            let publisher = space.publisher(topology: space.topology(.classic))
            try await space.running(publisher) {
                let outcomes = try await publisher.publish([space.message(1, body: [])])
                #expect(outcomes == [.confirmed])
                let none = try await publisher.publish([])
                #expect(none.isEmpty)
            }
        }
    }

    @Test func `a message that can not be written is refused before it harms the connection`() async throws {
        try await withTestSpace { space in
            let publisher = space.publisher(topology: space.topology(.classic))
            try await space.running(publisher) {
                var longKey = space.message(1)
                longKey.routingKey = String(repeating: "x", count: 256)
                var deepHeaders = space.message(2)
                deepHeaders.headers = ["a": .table(["b": .table(["c": .table(["d": .table([:])])])])]
                var largeHeaders = space.message(3)
                largeHeaders.headers = ["a": .bytes(Array(repeating: 0, count: 70_000))]
                for message in [longKey, deepHeaders, largeHeaders] {
                    let error = await #expect(throws: RabbitMQError.self) {
                        try await publisher.publish([space.message(0), message])
                    }
                    #expect(error?.code == .invalidMessage)
                    #expect(error?.isRetriable == false)
                }
                let outcomes = try await publisher.publish([space.message(4)])
                #expect(outcomes == [.confirmed])
                #expect(publisher.state.failures == 0)
            }
        }
    }

    @Test func `LQ-8 wrong credentials are told apart from a broker that is away`() async throws {
        try await withTestSpace { space in
            var wrongPassword = space.configuration
            wrongPassword.password = "wrong"
            var wrongVirtualHost = space.configuration
            wrongVirtualHost.virtualHost = "nowhere"
            var nobodyThere = space.configuration
            nobodyThere.hosts = [.init("127.0.0.1", port: 1)]
            for (configuration, code) in [
                (wrongPassword, RabbitMQError.Code.authenticationFailed), (wrongVirtualHost, .accessRefused),
                (nobodyThere, .unreachable),
            ] {
                let admin = RabbitMQAdmin(configuration: configuration, logger: space.logger)
                let error = await #expect(throws: RabbitMQError.self) { try await admin.counts(of: "any") }
                #expect(error?.code == code)
                #expect(error?.isRetriable == (code == .unreachable))
                #expect(error?.isFatal == (code != .unreachable))
            }
        }
    }

    @Test func `a host that is away is skipped`() async throws {
        var configuration = try sharedBroker()
        configuration.hosts.insert(.init("127.0.0.1", port: 1), at: 0)
        try await withTestSpace(on: configuration) { space in
            let counts = try await space.admin.counts(of: space.queue)
            #expect(counts == nil)
        }
    }

    @Test func `without a broker publishing fails within its time limit`() async throws {
        var configuration = try sharedBroker()
        configuration.hosts = [.init("127.0.0.1", port: 1)]
        configuration.publishTimeout = .milliseconds(300)
        let space = TestSpace(configuration: configuration)
        let publisher = space.publisher()
        try await space.running(publisher) {
            let start = ContinuousClock.now
            let error = await #expect(throws: RabbitMQError.self) { try await publisher.publish([space.message(1)]) }
            #expect(error?.code == .unreachable)
            #expect(error?.isRetriable == true)
            #expect(ContinuousClock.now - start < .seconds(3))
            #expect(!publisher.state.isConnected)
        }
    }

    @Test func `who comes after the shutdown is told so`() async throws {
        try await withTestSpace { space in
            let publisher = space.publisher()
            try await space.running(publisher) { try await eventually("connected") { publisher.state.isConnected } }
            let error = await #expect(throws: RabbitMQError.self) { try await publisher.publish([space.message(1)]) }
            #expect(error?.code == .closed)
        }
    }

    @Test func `a cancelled caller stops waiting`() async throws {
        var configuration = try sharedBroker()
        configuration.hosts = [.init("127.0.0.1", port: 1)]
        let space = TestSpace(configuration: configuration)
        let publisher = space.publisher()
        try await space.running(publisher) {
            let caller = Task { try await publisher.publish([space.message(1)]) }
            try await eventually("the message is queued") { publisher.state.queued == 1 }
            caller.cancel()
            await #expect(throws: CancellationError.self) { try await caller.value }
        }
    }
}
