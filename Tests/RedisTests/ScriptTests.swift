import Redis
import TestKit
import Testing

@Suite struct ScriptTests {
    private let script = RedisScript("return {KEYS[1], ARGV[1], ARGV[2]}")

    @Test func `the digest is the one by which the server knows the script`() async throws {
        let redis = try SharedRedis()
        let reply = try await redis.client.send(RedisCommand("SCRIPT", "LOAD", self.script.source))
        #expect(reply.text == self.script.sha1)
    }

    @Test func `a script gets its keys and arguments`() async throws {
        let redis = try SharedRedis()
        let reply = try await redis.client.evaluate(self.script, keys: ["key"], arguments: ["one", "two"])
        #expect(reply.elements?.map(\.text) == ["key", "one", "two"])
    }

    @Test func `a script that the server forgot is sent again (case 22)`() async throws {
        try await PrivateServer.with(.redis) { server in
            let client = server.patientClient()
            for _ in 0..<3 {
                _ = try await client.send(RedisCommand("SCRIPT", "FLUSH"))
                let reply = try await client.evaluate(self.script, keys: ["key"], arguments: ["one", "two"])
                #expect(reply.elements?.count == 3)
            }
            try await server.kill()
            try await server.start()
            try await eventually {
                do {
                    return try await client.evaluate(self.script, keys: ["key"]).elements?.first?.text == "key"
                } catch let error as RedisError where error.isRetriable {
                    return false
                }
            }
        }
    }

    @Test func `an error of the script is thrown`() async throws {
        let redis = try SharedRedis()
        await #expect { try await redis.client.evaluate(RedisScript("return redis.error_reply('MINE own')")) } throws: {
            ($0 as? RedisError)?.server?.code.rawValue == "MINE"
        }
    }
}
