import Foundation
import Redis
import TestKit
import Testing

@Suite struct PipeliningTests {
    @Test func `ten thousand callers at once get each its own answer, in far fewer round trips`() async throws {
        let redis = try SharedRedis()
        let callers = 10_000
        try await withThrowingTaskGroup { group in
            for caller in 0..<callers {
                group.addTask {
                    let reply = try await redis.client.send(RedisCommand("ECHO", "caller \(caller)"))
                    #expect(reply.text == "caller \(caller)")
                }
            }
            try await group.waitForAll()
        }
        let statistics = redis.client.statistics
        try await eventually { redis.client.statistics.commands == callers }
        #expect(statistics.roundTrips < callers / 2)
        #expect(statistics.failures == 0)
        #expect(statistics.available == 2)
    }

    @Test func `a caller who is cancelled leaves at once, and its neighbours' answers stay theirs`() async throws {
        try await PrivateServer.with(.redis) { server in
            let client = server.patientClient { $0.connections = 1 }
            try await client.ping()
            try await server.freeze()
            let callers = (0..<50).map { caller in
                Task { try await client.send(RedisCommand("ECHO", "\(caller)")).text }
            }
            try await eventually { client.statistics.inFlight == 50 }
            for (caller, task) in callers.enumerated() where caller.isMultiple(of: 2) {
                task.cancel()
                // The server stands still: only the cancellation can end this wait.
                await #expect(throws: CancellationError.self) { try await task.value }
            }
            try await server.thaw()
            for (caller, task) in callers.enumerated() where !caller.isMultiple(of: 2) {
                #expect(try await task.value == "\(caller)")
            }
            #expect(client.statistics.reconnects == 0)
        }
    }

    @Test func `a caller who is cancelled before it asks sends nothing`() async throws {
        let redis = try SharedRedis()
        let key = redis.key("never")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await redis.client.send(RedisCommand("SET", key, "written"))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await redis.client.send(RedisCommand("EXISTS", key)) == .integer(0))
    }

    @Test func `who finds too many waiting is refused at once`() async throws {
        try await PrivateServer.with(.redis) { server in
            let client = server.patientClient { configuration in
                configuration.connections = 1
                configuration.queueLimit = 10
            }
            try await client.ping()
            try await server.freeze()
            var callers: [Task<Void, any Error>] = []
            try await eventually {
                callers.append(Task { try await client.ping() })
                return client.statistics.failures > 0
            }
            try await server.thaw()
            var answered = 0
            for caller in callers {
                switch await caller.result {
                case .success: answered += 1
                case .failure(let error): #expect((error as? RedisError)?.code == .overloaded)
                }
            }
            // One round trip was under way, with as many as could wait for it, and as many waited for the next.
            #expect((1...20).contains(answered))
        }
    }
}
