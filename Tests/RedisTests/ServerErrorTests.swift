import Redis
import TestKit
import Testing

@Suite struct ServerErrorTests {
    /// What the server says to a command that it refuses.
    private func refusal(_ client: RedisClient, _ name: String, _ arguments: String...) async throws -> RedisError {
        let error = await #expect(throws: RedisError.self) { try await client.send(RedisCommand(name, arguments)) }
        return try #require(error)
    }

    @Test func `a full server refuses writes, also of scripts, and may be asked again (case 24)`() async throws {
        try await PrivateServer.with(.redis) { server in
            let client = server.patientClient()
            _ = try await client.send(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
            let error = try await self.refusal(client, "SET", "key", "value")
            #expect(error.code == .server)
            #expect(error.server?.code == .outOfMemory)
            #expect(error.isRetriable)
            await #expect {
                try await client.evaluate(RedisScript("return redis.call('SET', KEYS[1], 1)"), keys: ["key"])
            } throws: { error in
                (error as? RedisError)?.server?.code == .outOfMemory
            }
            _ = try await client.send(RedisCommand("CONFIG", "SET", "maxmemory", "0"))
            #expect(try await client.send(RedisCommand("SET", "key", "value")) == .status("OK"))
            #expect(client.statistics.reconnects == 0)
        }
    }

    @Test func `a replica refuses writes and may be asked again (case 24)`() async throws {
        try await PrivateServer.with(.redis) { server in
            let client = server.patientClient()
            _ = try await client.send(RedisCommand("REPLICAOF", "127.0.0.1", "1"))
            let error = try await self.refusal(client, "SET", "key", "value")
            #expect(error.server?.code == .readOnly)
            #expect(error.isRetriable)
            _ = try await client.send(RedisCommand("REPLICAOF", "NO", "ONE"))
            #expect(try await client.send(RedisCommand("SET", "key", "value")) == .status("OK"))
        }
    }

    @Test func `a wrong or missing password is the server's last word`() async throws {
        try await PrivateServer.with(.redis) { server in
            let admin = server.patientClient()
            _ = try await admin.send(RedisCommand("CONFIG", "SET", "requirepass", "right"))
            let right = server.patientClient { $0.password = "right" }
            try await right.ping()
            let wrong = server.patientClient { $0.password = "wrong" }
            let without = server.patientClient()
            for (client, code) in [(wrong, RedisServerError.Code.wrongPassword), (without, .noAuthentication)] {
                // The second one is answered by what the first one learned.
                for _ in 0..<2 {
                    let error = try await self.refusal(client, "GET", "key")
                    #expect(error.server?.code == code)
                    #expect(!error.isRetriable)
                }
            }
        }
    }

    @Test func `a user of the ACL gets what it may do and no more (AU-10)`() async throws {
        try await PrivateServer.with(.redis) { server in
            let admin = server.patientClient()
            _ = try await admin.send(
                RedisCommand("ACL", "SETUSER", "limiter", "on", ">secret", "~limit:*", "+get", "+ping")
            )
            let limiter = server.patientClient { configuration in
                configuration.username = "limiter"
                configuration.password = "secret"
            }
            #expect(try await limiter.send(RedisCommand("GET", "limit:1")) == .null)
            let error = try await self.refusal(limiter, "GET", "session:1")
            #expect(error.server?.code == .noPermission)
            #expect(!error.isRetriable)
        }
    }

    @Test func `the wrong type of value is a mistake of the caller, and nothing of it shows in a log`() async throws {
        let redis = try SharedRedis()
        _ = try await redis.client.send(RedisCommand("SET", redis.key("text"), "text"))
        let wrongType = try await self.refusal(redis.client, "LPUSH", redis.key("text"), "x")
        #expect(wrongType.server?.code == .wrongType)
        #expect(!wrongType.isRetriable)

        // The server quotes the arguments of a command that it does not know.
        let unknown = try await self.refusal(redis.client, "NOSUCHCOMMAND", "canary")
        #expect(unknown.server?.code == .general)
        #expect(!"\(unknown)".contains("canary"))
        #expect(unknown.debugDescription.contains("canary"))
        #expect(!"\(RedisCommand("SET", "canary", "canary"))".contains("canary"))
    }
}
