import RabbitMQ
import TestKit
import Testing

@Suite("Connection faults")
struct ConnectionFaultTests {
    @Test func `LQ-8 connections that are cut again and again lose nothing that was confirmed`() async throws {
        try await withProxy { space, proxy in
            let (seen, isOver) = (Recorder(), Gate())
            let publisher = space.publisher(topology: space.topology())
            let consumer = space.consumer(topology: space.topology(), handler: seen.handler)
            try await space.running(publisher, consumer) {
                try await withThrowingTaskGroup { group in
                    group.addTask {
                        while !isOver.isOpen {
                            let before = (publisher.state.failures, consumer.state.failures)
                            try await eventually("both are at work") {
                                isOver.isOpen || (publisher.state.isConnected && consumer.state.isConsuming)
                            }
                            proxy.cut()
                            try await eventually("both have noticed") {
                                isOver.isOpen
                                    || (publisher.state.failures > before.0 && consumer.state.failures > before.1)
                            }
                        }
                    }
                    for first in stride(from: 0, to: 2000, by: 50) {
                        try await publisher.publishUntilConfirmed(space.messages(first..<(first + 50)))
                    }
                    isOver.open()
                    try await group.waitForAll()
                }
                try await eventually(within: .seconds(30), "everything arrives") { Set(await seen.ids).count == 2000 }
            }
            #expect(publisher.state.failures > 0)
        }
    }

    @Test func `a host that never answers keeps nobody waiting, neither callers nor a shutdown`() async throws {
        try await withProxy { space, proxy in
            proxy.fault = .blackhole
            var deaf = space
            // Far beyond the time limit of this test.
            deaf.configuration.connectTimeout = .seconds(3600)
            deaf.configuration.publishTimeout = .milliseconds(200)
            let publisher = deaf.publisher(topology: deaf.topology())
            let consumer = deaf.consumer(topology: deaf.topology()) { batch in batch.map { _ in .done } }
            try await deaf.running(publisher, consumer) {
                let error = await #expect(throws: RabbitMQError.self) {
                    try await publisher.publish([deaf.message(1)])
                }
                #expect(error?.code == .unreachable)
                let waiting = Task { [message = deaf.message(2)] in try await publisher.publish([message]) }
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
            }
            #expect(publisher.state.failures == 0, "it is still trying for the first time")
        }
    }

    @Test func `EV-2 a confirm that is lost on its way leaves the caller in doubt, never in error`() async throws {
        try await withProxy { space, proxy in
            let publisher = space.publisher(topology: space.topology())
            try await space.running(publisher) {
                try await publisher.publishUntilConfirmed([space.message(1)])
                proxy.fault = .limit(.fromServer, bytes: 0)
                let error = await #expect(throws: RabbitMQError.self) {
                    try await publisher.publish([space.message(2)])
                }
                #expect(error?.code == .connectionLost)
                #expect(error?.isRetriable == true)
                proxy.fault = .none
                try await publisher.publishUntilConfirmed([space.message(2)])
            }
            #expect(try await space.admin.counts(of: space.queue)?.messages == 3, "the second one came twice")
        }
    }

    @Test func `LQ-2 a network that swallows everything is noticed after two heartbeats`() async throws {
        try await withProxy(heartbeat: .seconds(1)) { space, proxy in
            let consumer = space.consumer(topology: space.topology()) { batch in batch.map { _ in .done } }
            try await space.running(consumer) {
                try await eventually("consuming") { consumer.state.isConsuming }
                proxy.fault = .blackhole
                let start = ContinuousClock.now
                try await eventually("noticed") { !consumer.state.isConnected }
                #expect(ContinuousClock.now - start <= .seconds(3), "twice the heartbeat and one second")
                proxy.fault = .none
                proxy.cut()
                try await eventually("consuming again") { consumer.state.isConsuming }
            }
        }
    }

    /// Like `withTestSpace`, with a misbehaving network in between.
    private func withProxy(
        heartbeat: Duration = .seconds(10),
        _ body: (TestSpace, FaultProxy) async throws -> Void
    ) async throws {
        try await withTestSpace { direct in
            let proxy = try FaultProxy(to: direct.configuration.hosts[0].port)
            var proxied = direct
            proxied.configuration.hosts = [.init("127.0.0.1", port: proxy.port)]
            proxied.configuration.heartbeat = heartbeat
            proxied.configuration.connectTimeout = .milliseconds(500)
            try await body(proxied, proxy)
            proxy.stop()
        }
    }
}
