import FoundationEssentials
import NIOCore
import ServiceLifecycle
import ServiceTestKit
import Synchronization
import TestKit
import Testing

@testable import ServiceKit

@Suite("Connections of clients that misbehave")
struct ConnectionTests {
    private static func declare(_ routes: inout RouteTable) {
        routes.post("/echo", .public) { request in .bytes(try await request.body(), contentType: "text/plain") }
        routes.post("/ignore", .public) { _ in .text("ignored") }
    }

    /// The limits of the platform but for one.
    private static func limits(_ change: (inout RequestLimits) -> Void) -> RequestLimits {
        var limits = RequestLimits()
        change(&limits)
        return limits
    }

    @Test(
        "Case 39: a header block of more than 16 KiB, or of more than 100 fields, is refused",
        arguments: [
            "X-Big: \(String(repeating: "a", count: 17 * 1024))\r\n",
            (1...200).map { "X-\($0): a\r\n" }.joined(),
            (1...20_000).map { "X-\($0): a\r\n" }.joined(),
        ]
    )
    func headerBomb(headers: String) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await RawConnection.exchange(
                port: server.port,
                ["POST /echo HTTP/1.1\r\nHost: a\r\n\(headers)\r\n"]
            )
            #expect(answer.hasPrefix("HTTP/1.1 4") || answer.isEmpty)
            let next = try await server.send("GET", "/health/live")
            #expect(next.status == 200)
        }
    }

    @Test(
        "Case 37: a request that two parsers would read differently is refused",
        arguments: [
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: +5\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Content-Length: 5\r\n folded: x\r\n",
        ]
    )
    func smuggling(headers: String) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let request =
                "POST /echo HTTP/1.1\r\nHost: a\r\n\(headers)\r\nhelloGET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"
            let answer = try await RawConnection.exchange(port: server.port, [request])
            #expect(!answer.contains("200 OK"))
        }
    }

    @Test("Case 40: a head that does not arrive costs the connection")
    func slowHead() async throws {
        let limits = Self.limits { $0.headTimeout = .milliseconds(500) }
        try await TestServer.run(serving: Self.declare, limits: limits) { server in
            let start = ContinuousClock.now
            _ = try await RawConnection.exchange(port: server.port, ["POST /echo HTTP/1.1\r\nHost: a\r\n"])
            #expect(ContinuousClock.now - start < .seconds(8))
        }
    }

    @Test("Case 40: a body that comes drop by drop costs the connection")
    func slowBody() async throws {
        let limits = Self.limits { $0.bodyGrace = .milliseconds(500) }
        try await TestServer.run(serving: Self.declare, limits: limits) { server in
            let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"
            let drops = Array(repeating: "a", count: 200)
            let start = ContinuousClock.now
            let answer = try await RawConnection.exchange(port: server.port, [head] + drops) {
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(!answer.contains("200 OK"))
            #expect(ContinuousClock.now - start < .seconds(8))
        }
    }

    @Test("A client that goes on sending after its answer is cut off, and has the answer")
    func endlessBody() async throws {
        let limits = Self.limits { $0.drain = .milliseconds(500) }
        try await TestServer.run(serving: Self.declare, limits: limits) { server in
            let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n"
            let answer = try await RawConnection.exchange(
                port: server.port,
                [head] + Array(repeating: "aaaa", count: 400)
            ) {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(answer.hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test("A connection that nobody uses is closed")
    func idle() async throws {
        let limits = Self.limits { $0.idleTimeout = .seconds(1) }
        try await TestServer.run(serving: Self.declare, limits: limits) { server in
            let answer = try await RawConnection.exchange(
                port: server.port,
                ["POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"]
            )
            #expect(answer.hasSuffix("ignored"))
        }
    }

    @Test("Case 38: line ends inside a value do not become headers")
    func headerInjection() async throws {
        try await TestServer.run(serving: { routes in
            routes.get("/go/{to}", .public) { request in
                ServiceResponse.noContent.header("Location", "a\r\nSet-Cookie: b\(try request.parameter("to"))")
            }
        }) { server in
            let answer = try await RawConnection.exchange(
                port: server.port,
                ["GET /go/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"]
            )
            #expect(!answer.contains("\r\nSet-Cookie"))
        }
    }
}

@Suite("The pace of a client")
struct PaceTests {
    private let limits = RequestLimits()

    private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

    @Test("GW-4: ten seconds for the first head, no limit of ours between requests")
    func head() {
        var pace = Pace()
        pace.opened(at: self.at(0))
        #expect(!pace.isTooSlow(at: self.at(10), self.limits))
        #expect(pace.isTooSlow(at: self.at(11), self.limits))
        pace.head(at: self.at(5))
        pace.end()
        #expect(!pace.isTooSlow(at: self.at(1000), self.limits))
    }

    @Test("GW-4: a body of 1 KiB a second, after ten seconds of grace")
    func body() {
        var pace = Pace()
        pace.head(at: self.at(0))
        #expect(!pace.isTooSlow(at: self.at(10), self.limits))
        #expect(pace.isTooSlow(at: self.at(11), self.limits))
        pace.body(20 * 1024)
        #expect(!pace.isTooSlow(at: self.at(20), self.limits))
        #expect(pace.isTooSlow(at: self.at(21), self.limits))
        pace.end()
        #expect(!pace.isTooSlow(at: self.at(100), self.limits))
    }

    @Test("GW-4: an answer may lie unread for half a minute")
    func stall() {
        var pace = Pace()
        pace.writable(false, at: self.at(0))
        #expect(!pace.isTooSlow(at: self.at(30), self.limits))
        #expect(pace.isTooSlow(at: self.at(31), self.limits))
        pace.writable(true, at: self.at(31))
        #expect(!pace.isTooSlow(at: self.at(100), self.limits))
    }

    @Test("The rest of a body is taken for two seconds after an early answer")
    func drain() {
        var pace = Pace()
        pace.head(at: self.at(0))
        pace.answered(at: self.at(1))
        #expect(!pace.isTooSlow(at: self.at(3), self.limits))
        #expect(pace.isTooSlow(at: self.at(4), self.limits))
        pace.end()
        #expect(!pace.isTooSlow(at: self.at(4), self.limits))
    }
}

@Suite("The end of a server")
struct ShutdownTests {
    @Test("OP-1: a request that has begun is answered before the server stops")
    func inFlight() async throws {
        let (entered, hasEntered) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let answer = try await TestServer.run(serving: { routes in
            routes.get("/slow", .public) { _ in
                hasEntered.yield()
                for await _ in released { break }
                return .text("finished")
            }
        }) { server in
            async let answer = server.send("GET", "/slow")
            for await _ in entered { break }
            await server.stop()
            try await eventually { await !server.isListening }
            release.yield()
            return try await answer
        }
        #expect(answer.text == "finished")
    }

    @Test("OP-1: the drain period comes first: not ready, still there")
    func drainPeriod() async throws {
        let health = HealthRegistry(service: "test", logger: CapturedLog().logger())
        let stopped = Mutex(false)
        let group = ServiceGroup(
            services: [
                Stops { stopped.withLock { $0 = true } },
                DrainPeriod(health: health, duration: .milliseconds(300)),
            ],
            logger: CapturedLog().logger()
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let ready = await health.report().isReady
            #expect(ready)
            await group.triggerGracefulShutdown()
            try await eventually { await health.report().status == "stopping" }
            #expect(!stopped.withLock { $0 })
            try await tasks.waitForAll()
            #expect(stopped.withLock { $0 })
        }
    }
}

/// A service that tells when it is asked to stop.
private struct Stops: Service {
    let told: @Sendable () -> Void

    func run() async throws {
        try? await gracefulShutdown()
        self.told()
    }
}
