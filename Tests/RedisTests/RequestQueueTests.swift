import TestKit
import Testing

@testable import Redis

@Suite struct RequestQueueTests {
    private let queue = RequestQueue(limit: 10, watchInterval: .milliseconds(10))

    private func request() -> RedisRequest {
        RedisRequest([RedisCommand("PING")], deadline: .now + .seconds(10))
    }

    @Test func `the first caller sets everything in motion, the others travel along`() throws {
        let first = try self.queue.enter(self.request())
        #expect(first.serving && first.watching)
        let second = try self.queue.enter(self.request())
        #expect(!second.serving && !second.watching)
        #expect(self.queue.nextBatch()?.count == 2)
        #expect(self.queue.nextBatch() == nil)
        #expect(try self.queue.enter(self.request()).serving)
    }

    @Test func `who has left is not sent`() throws {
        let leaving = self.request()
        let staying = self.request()
        _ = try self.queue.enter(leaving)
        _ = try self.queue.enter(staying)
        leaving.resolve(with: .failure(CancellationError()))
        let batch = self.queue.nextBatch()
        #expect(batch?.count == 1)
        #expect(batch?.first === staying)
    }

    @Test func `a caller who leaves before it could try the server does not lock the others out`() async throws {
        self.queue.didFailToConnect(RedisError(.connectionLost, "gone"))
        let probe = self.request()
        try await eventually {
            do throws(RedisError) {
                _ = try self.queue.enter(probe)
                return true
            } catch {
                return false
            }
        }
        #expect(throws: RedisError.self) { try self.queue.enter(self.request()) }
        probe.resolve(with: .failure(CancellationError()))
        #expect(self.queue.nextBatch() == nil)
        #expect(try self.queue.enter(self.request()).serving)
    }
}
