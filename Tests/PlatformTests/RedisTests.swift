import EventSourcing
import Foundation
import TestKit
import Testing

/// Redis may do whatever it likes: requests are served, and passwords can not be guessed any faster.
extension PlatformTests {
    @Test("Case 22: Redis is killed, emptied and loses its scripts; requests are served and logins stay limited")
    func redisGone() async throws {
        try await self.withStrictGateway { tutor in
            try await self.platform.tellRedis(["FLUSHALL"], ["SCRIPT", "FLUSH"])
            try await self.expectService(for: tutor)
            try await self.expectLoginLimit()

            try await self.platform.kill(.redis)
            try await self.expectService(for: tutor)
            try await self.expectLoginLimit()

            try await self.platform.start(.redis)
            try await self.platform.ready(.redis)
            try await self.expectService(for: tutor)
            #expect(await self.platform.exitStatus(of: .gateway) == nil, "no SIGPIPE")
        }
    }

    @Test("Case 23: a stopped Redis makes nobody wait; logins stay limited")
    func redisStopped() async throws {
        try await self.withStrictGateway { tutor in
            try await self.platform.freeze(.redis)
            try await self.expectService(for: tutor)
            try await self.expectLoginLimit()
            try await self.platform.thaw(.redis)
            try await self.expectService(for: tutor)
        }
    }

    @Test("Case 24: a Redis without memory, or one that only reads, stops no request; logins stay limited")
    func redisRefusing() async throws {
        try await self.withStrictGateway { tutor in
            try await self.platform.tellRedis(
                ["CONFIG", "SET", "maxmemory-policy", "noeviction"],
                ["CONFIG", "SET", "maxmemory", "1"]
            )
            try await self.expectService(for: tutor)
            try await self.expectLoginLimit()

            // To a replica of nobody that answers.
            try await self.platform.tellRedis(["CONFIG", "SET", "maxmemory", "0"], ["REPLICAOF", "127.0.0.1", "1"])
            try await self.expectService(for: tutor)
            try await self.expectLoginLimit()
            try await self.platform.tellRedis(["REPLICAOF", "NO", "ONE"])
        }
    }

    /// Lets the gateway limit as it usually does; the other tests have no time for that.
    private func withStrictGateway(_ body: (Client) async throws -> Void) async throws {
        let tutor = try await Tutor.register(self.platform.gateway).client
        try await self.platform.kill(.gateway)
        try await self.platform.start(.gateway, environment: ["RATE_LIMIT_PER_MINUTE": "100"])
        try await self.platform.ready()
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(tutor)) } catch { outcome = .failure(error) }
        try await self.platform.kill(.gateway)
        try outcome.get()
    }

    /// Some requests, none of which is refused or waits for Redis.
    private func expectService(for tutor: Client) async throws {
        let start = ContinuousClock.now
        for _ in 0..<5 { #expect(try await tutor.call("GET", "/api/v1/achievements").status == 200) }
        // 100 ms for each decision, and the rest for a busy machine.
        #expect(ContinuousClock.now - start < .seconds(3))
    }

    /// Nobody may knock more than thirty times in a minute, whoever counts.
    private func expectLoginLimit() async throws {
        var statuses: [Int] = []
        for _ in 0..<31 where statuses.last != 429 {
            // Refused for its form, and counted all the same: a real password would cost the service a fifth of a second.
            statuses.append(try await self.platform.gateway.call("POST", "/auth/login", [:]).status)
        }
        #expect(statuses.last == 429, "\(statuses)")
        #expect(statuses.dropLast().allSatisfy { $0 == 400 }, "\(statuses)")
    }
}
