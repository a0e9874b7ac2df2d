import Redis
import TestKit
import Testing

@Suite struct RoundTripTests {
    @Test func `each type of reply arrives as what it is`() async throws {
        let redis = try SharedRedis()
        let key = redis.key("value")
        #expect(try await redis.client.send(RedisCommand("SET", key, "21")) == .status("OK"))
        #expect(try await redis.client.send(RedisCommand("GET", key)) == .string(Array("21".utf8)))
        #expect(try await redis.client.send(RedisCommand("GET", key)).number == 21)
        #expect(try await redis.client.send(RedisCommand("INCRBY", key, "21")) == .integer(42))
        #expect(try await redis.client.send(RedisCommand("GET", redis.key("nothing"))) == .null)
        #expect(try await redis.client.send(RedisCommand("LRANGE", redis.key("nothing"), "0", "-1")) == .array([]))
    }

    @Test(arguments: [Int64.min, -1, 0, Int64.max])
    func `the whole range of integers arrives`(number: Int64) async throws {
        let redis = try SharedRedis()
        let reply = try await redis.client.send(RedisCommand("INCRBY", redis.key("number"), String(number)))
        #expect(reply == .integer(number))
    }

    @Test func `bytes of any value survive in keys and values (RD-3)`() async throws {
        let redis = try SharedRedis()
        let bytes = Array(UInt8.min...UInt8.max) + Array("%s%n\r\n$5\r\n*1\r\n".utf8)
        let key = Array(redis.key("").utf8) + bytes
        _ = try await redis.client.send(RedisCommand("SET").appending(key).appending(bytes))
        #expect(try await redis.client.send(RedisCommand("GET").appending(key)) == .string(bytes))
        _ = try await redis.client.send(RedisCommand("SET", redis.key("empty"), ""))
        #expect(try await redis.client.send(RedisCommand("GET", redis.key("empty"))) == .string([]))
    }

    @Test func `a value larger than every socket buffer passes in both directions at once`() async throws {
        let redis = try SharedRedis { $0.connections = 1 }
        let value = [UInt8](repeating: 7, count: 8_000_000)
        let echo = RedisCommand("ECHO").appending(value)
        #expect(try await redis.client.send([echo, echo]) == [.string(value), .string(value)])
    }

    @Test func `arrays in arrays keep their shape`() async throws {
        let redis = try SharedRedis()
        let script = RedisScript("return {1, {2, {'three', false, {err = 'FOUR five'}}, {}}, {ok = 'six'}}")
        let reply = try await redis.client.evaluate(script)
        guard case .array(let outer) = reply, outer.count == 3, let inner = outer[1].elements?[1].elements else {
            Issue.record("unexpected shape: \(reply)")
            return
        }
        #expect(outer[0] == .integer(1))
        #expect(outer[1].elements?[2] == .array([]))
        #expect(outer[2] == .status("six"))
        #expect(inner.first?.text == "three")
        #expect(inner.dropFirst().first == .null)
        guard case .error(let error) = inner.last else { return #expect(Bool(false), "no error in \(inner)") }
        #expect(error.code.rawValue == "FOUR")
    }

    @Test func `a reply nested too deep for hiredis costs the connection and nothing else`() async throws {
        let redis = try SharedRedis { $0.connections = 1 }
        await #expect { try await redis.client.evaluate(RedisScript("return {{{{{{{{{1}}}}}}}}}")) } throws: { error in
            (error as? RedisError)?.code == .protocolViolation
        }
        try await eventually { redis.client.statistics.available == 1 }
        #expect(try await redis.client.send(RedisCommand("ECHO", "still here")).text == "still here")
        #expect(redis.client.statistics.reconnects == 1)
    }

    @Test func `a second reply to one command costs the connection and is nobody's answer (RD-2)`() async throws {
        let redis = try SharedRedis { $0.connections = 1 }
        let reply = try await redis.client.send(RedisCommand("SUBSCRIBE", redis.key("one"), redis.key("two")))
        #expect(reply.elements?.last == .integer(1))
        #expect(try await redis.client.send(RedisCommand("ECHO", "mine")).text == "mine")
        #expect(redis.client.statistics.reconnects == 1)
    }

    @Test func `a batch gives one reply for each command, and errors in their places`() async throws {
        let redis = try SharedRedis()
        let key = redis.key("text")
        let replies = try await redis.client.send([
            RedisCommand("SET", key, "text"), RedisCommand("LPUSH", key, "x"), RedisCommand("GET", key),
        ])
        #expect(replies.count == 3)
        #expect(replies.first == .status("OK"))
        guard case .error(let error) = replies[1] else { return #expect(Bool(false), "no error in \(replies)") }
        #expect(error.code == .wrongType)
        #expect(replies.last?.text == "text")
        #expect(try await redis.client.send([]) == [])
    }

    @Test func `a transaction in a batch is not torn apart by other callers`() async throws {
        let redis = try SharedRedis()
        let key = redis.key("counter")
        let increment = [
            RedisCommand("MULTI"), RedisCommand("INCR", key), RedisCommand("INCR", key), RedisCommand("EXEC"),
        ]
        try await withThrowingTaskGroup { group in
            for _ in 0..<100 {
                group.addTask {
                    let numbers = try await redis.client.send(increment).last?.elements?.compactMap(\.number) ?? []
                    #expect(numbers.count == 2 && numbers[0] + 1 == numbers[1])
                }
            }
            try await group.waitForAll()
        }
        #expect(try await redis.client.send(RedisCommand("GET", key)).number == 200)
    }

    @Test func `commands run in the database of the configuration`() async throws {
        let zero = try SharedRedis { $0.database = 0 }
        let seven = try SharedRedis { $0.database = 7 }
        let key = zero.key("here")
        _ = try await zero.client.send(RedisCommand("SET", key, "yes"))
        #expect(try await seven.client.send(RedisCommand("GET", key)) == .null)
    }
}
