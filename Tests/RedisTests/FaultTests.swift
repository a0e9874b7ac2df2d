import Foundation
import Redis
import ServiceLifecycleTestKit
import TestKit
import Testing

@Suite struct FaultTests {
    /// The longest that a wait of 100 ms may seem on a machine that is busy with all the other tests.
    private let slack = Duration.seconds(2)

    /// The answer of one client to one question, and how long it took.
    private func decision(_ client: RedisClient, _ text: String = "x") async -> (Result<String?, any Error>, Duration) {
        let start = ContinuousClock.now
        let result: Result<String?, any Error>
        do {
            result = .success(try await client.send(RedisCommand("ECHO", text)).text)
        } catch {
            result = .failure(error)
        }
        return (result, start.duration(to: .now))
    }

    private func waitUntilItAnswers(_ client: RedisClient) async throws {
        try await eventually {
            if case (.success, _) = await self.decision(client) { true } else { false }
        }
    }

    @Test func `a killed server costs errors that may be retried, and its return is noticed (RD-1, case 22)`()
        async throws
    {
        try await PrivateServer.with(.redis) { server in
            let client = server.client()
            try await self.waitUntilItAnswers(client)
            let callers = (0..<16).map { caller in
                Task {
                    var failures = 0
                    while !Task.isCancelled {
                        switch await self.decision(client, "\(caller)").0 {
                        case .success(let text): #expect(text == "\(caller)")
                        case .failure(let error as RedisError):
                            failures += 1
                            #expect(error.isRetriable)
                        case .failure(let error): #expect(error is CancellationError)
                        }
                        await Task.yield()
                    }
                    return failures
                }
            }
            for _ in 0..<3 {
                try await server.kill()
                try await eventually { client.statistics.available == 0 }
                try await server.start()
                try await eventually { client.statistics.available == 2 }
            }
            for caller in callers {
                caller.cancel()
                #expect(await caller.value > 0)
            }
            #expect(client.statistics.reconnects >= 3)
        }
    }

    @Test func `a stopped server keeps nobody waiting beyond the budget (case 23)`() async throws {
        try await PrivateServer.with(.redis) { server in
            let client = server.client()
            try await self.waitUntilItAnswers(client)
            try await server.freeze()

            // Those who were there when it stopped: once the budget.
            let longest = await withTaskGroup { group in
                for _ in 0..<100 { group.addTask { await self.decision(client) } }
                return await group.reduce(Duration.zero) { longest, decision in
                    #expect((try? decision.0.get()) == nil)
                    return max(longest, decision.1)
                }
            }
            #expect(longest < self.slack)

            // Those who come later: refused at once, but for the few that try. Each waiting for its budget would take 50 s.
            let start = ContinuousClock.now
            for _ in 0..<500 {
                let (result, duration) = await self.decision(client)
                #expect(throws: RedisError.self) { try result.get() }
                #expect(duration < self.slack)
            }
            #expect(start.duration(to: .now) < .seconds(20))

            try await server.thaw()
            try await self.waitUntilItAnswers(client)
        }
    }

    @Test func `a connection that takes a minute keeps nobody waiting for it`() async throws {
        try await PrivateServer.with(.redis) { server in
            try await server.freeze()
            let client = server.client { $0.connectTimeout = .seconds(60) }
            for _ in 0..<5 {
                let (result, duration) = await self.decision(client)
                #expect(throws: RedisError.self) { try result.get() }
                #expect(duration < self.slack)
            }
            try await server.thaw()
            try await self.waitUntilItAnswers(client)
        }
    }

    @Test func `a late reply is never the answer to another question (RD-2, case 23)`() async throws {
        try await PrivateServer.with(.redis) { server in
            let proxy = try FaultProxy(to: server.port)
            defer { proxy.stop() }
            var configuration = RedisConfiguration(host: "127.0.0.1", port: proxy.port)
            configuration.connections = 1
            let client = RedisClient(configuration: configuration, logger: .silent)
            var lateOnes = 0
            for round in 0..<5 {
                try await self.waitUntilItAnswers(client)
                proxy.fault = .latency(.milliseconds(150))
                if case .failure = await self.decision(client, "late \(round)").0 { lateOnes += 1 }
                proxy.fault = .none
                // The late reply is under way while these are asked.
                let end = ContinuousClock.now + .milliseconds(500)
                var question = 0
                while ContinuousClock.now < end {
                    question += 1
                    if case .success(let text) = await self.decision(client, "\(round) \(question)").0 {
                        #expect(text == "\(round) \(question)")
                    }
                    await Task.yield()
                }
            }
            #expect(lateOnes == 5)
        }
    }

    @Test func `a connection that breaks in the middle of the answers gives each caller its own or an error`()
        async throws
    {
        try await PrivateServer.with(.redis) { server in
            let proxy = try FaultProxy(to: server.port)
            defer { proxy.stop() }
            var configuration = RedisConfiguration(host: "127.0.0.1", port: proxy.port)
            configuration.connections = 1
            let client = RedisClient(configuration: configuration, logger: .silent)
            try await self.waitUntilItAnswers(client)
            proxy.fault = .limit(.fromServer, bytes: 200)
            let failures = await withTaskGroup { group in
                for caller in 0..<100 {
                    group.addTask {
                        switch await self.decision(client, "caller \(caller)").0 {
                        case .success(let text):
                            #expect(text == "caller \(caller)")
                            return 0
                        case .failure(let error):
                            #expect((error as? RedisError)?.isRetriable == true)
                            return 1
                        }
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(failures > 0)
            proxy.fault = .none
            try await self.waitUntilItAnswers(client)
        }
    }

    @Test func `a connection that ended while nobody used it is replaced without an error`() async throws {
        try await PrivateServer.with(.redis) { server in
            let client = server.patientClient { $0.connections = 1 }
            let admin = server.patientClient { $0.connections = 1 }
            for round in 1...5 {
                try await client.ping()
                _ = try await admin.send(RedisCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
                try await client.ping()
                #expect(client.statistics.reconnects == round)
            }
            #expect(client.statistics.failures == 0)
        }
    }

    @Test func `nobody listens: each caller hears it at once`() async throws {
        var configuration = RedisConfiguration(host: "127.0.0.1", port: 1)
        configuration.connections = 1
        configuration.commandTimeout = .seconds(10)
        let client = RedisClient(configuration: configuration, logger: .silent)
        let error = await #expect(throws: RedisError.self) { try await client.ping() }
        #expect(error?.code == .connectionLost)
        #expect(error?.description.contains("refused") == true)
        try await eventually {
            let refusal = await #expect(throws: RedisError.self) { try await client.ping() }
            return refusal?.code == .unavailable
        }
        #expect(client.statistics.available == 0)
        #expect(client.statistics.failures >= 2)
    }

    @Test func `a host that does not resolve keeps nobody waiting for the resolver`() async throws {
        let configuration = RedisConfiguration(host: "no-such-host.invalid")
        let client = RedisClient(configuration: configuration, logger: .silent)
        let (result, duration) = await self.decision(client)
        #expect(throws: RedisError.self) { try result.get() }
        #expect(duration < self.slack)
    }

    @Test func `SIGPIPE does not end a process that has a client (RD-1)`() async throws {
        let redis = try SharedRedis()
        #expect(raise(SIGPIPE) == 0)
        try await redis.client.ping()
    }

    @Test func `a graceful shutdown closes the client`() async throws {
        let redis = try SharedRedis()
        try await redis.client.ping()
        await testGracefulShutdown { trigger in
            await withTaskGroup { group in
                group.addTask { await redis.client.run() }
                trigger.triggerGracefulShutdown()
            }
        }
        let error = await #expect(throws: RedisError.self) { try await redis.client.ping() }
        #expect(error?.code == .closed)
        #expect(error?.isRetriable == false)
        #expect(redis.client.statistics.available == 0)
    }
}
