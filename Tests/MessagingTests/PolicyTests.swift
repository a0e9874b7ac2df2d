import EventSourcing
import Postgres
import TestKit
import Testing

@testable import Messaging

@Suite("What follows a failure")
struct PolicyTests {
    private struct Bug: Error {}

    @Test("an event that can never be read is not tried again; anything else a few times")
    func attempts() throws {
        let policy = RetryPolicy()
        let unreadable = DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: ""))
        #expect(!policy.allowsAnother(after: 1, unreadable))
        #expect((1...5).map { policy.allowsAnother(after: $0, Bug()) } == [true, true, true, false, false])
    }

    @Test("waits grow from the first to the longest, and never beyond")
    func delays() {
        let policy = RetryPolicy()
        for attempt in 1...100 {
            let delay = policy.delay(attempt)
            #expect(delay >= policy.firstDelay * 0.75)
            #expect(delay <= policy.longestDelay * 1.25)
        }
        #expect(policy.delay(1) <= .milliseconds(63))
        #expect(policy.delay(20) >= .milliseconds(3750))
    }

    @Test("what everybody needs and is missing is an outage; what one event does is none")
    func outages() async throws {
        #expect(RetryPolicy.isOutage(CancellationError()))
        #expect(!RetryPolicy.isOutage(Bug()))
        try await TestPostgres.withClient { client in
            let lost = try await self.failure(client, "SELECT pg_terminate_backend(pg_backend_pid())")
            let nonsense = try await self.failure(client, "SELECT 1/0")
            let unknown = try await self.failure(client, "SELECT * FROM nothing")
            #expect([lost, nonsense, unknown].map(RetryPolicy.isOutage) == [true, false, false])
            client.close()
            let closed = try await self.failure(client, "SELECT 1")
            #expect(RetryPolicy.isOutage(closed))
        }
    }

    @Test("reasons never quote a payload")
    func reasons() {
        let quoting = DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "canary"))
        #expect(!RetryPolicy.reason(quoting).contains("canary"))
        #expect(RetryPolicy.reason(Bug()) == "Bug")
    }

    private func failure(_ client: PostgresClient, _ sql: SQL) async throws -> any Error {
        do {
            try await client.withSession { _ = try $0.execute(sql) }
        } catch {
            return error
        }
        throw Bug()
    }
}

@Suite("The pace of the relay")
struct RelayPaceTests {
    private var pace: RelayPace {
        RelayPace(
            longestBatch: 100,
            pauses: .milliseconds(5)...(.milliseconds(40)),
            longestDelay: .seconds(1)
        )
    }

    @Test("looks again at once while there is something, then less and less often, until a commit wakes it")
    func idle() {
        var pace = self.pace
        #expect(pace.next(read: 3, published: 3) == .now)
        #expect(pace.next(read: 0, published: 0) == .whenCommitted(upTo: .milliseconds(5)))
        #expect(pace.next(read: 0, published: 0) == .whenCommitted(upTo: .milliseconds(10)))
        #expect(pace.next(read: 0, published: 0) == .whenCommitted(upTo: .milliseconds(20)))
        #expect(pace.next(read: 0, published: 0) == .whenCommitted(upTo: .milliseconds(40)))
        #expect(pace.next(read: 0, published: 0) == .whenCommitted(upTo: .milliseconds(40)))
        pace.wasWoken = true
        #expect(pace.next(read: 0, published: 0) == .whenCommitted(upTo: .milliseconds(5)))
    }

    @Test("a new leader starts with one event: the one before may have found a queue full")
    func first() {
        #expect(self.pace.batch == 1)
    }

    @Test("case 9: after a refusal it sends one event at a time, and more only as they are taken")
    func refusal() {
        var pace = self.pace
        guard case .later(let first) = pace.next(read: 100, published: 40) else { return #expect(Bool(false)) }
        #expect(first < .milliseconds(100))
        #expect(pace.batch == 1)
        for _ in 0..<10 { _ = pace.next(read: 1, published: 0) }
        guard case .later(let last) = pace.next(read: 1, published: 0) else { return #expect(Bool(false)) }
        #expect(last == .seconds(1), "there must be time to renew the lease")
        #expect(pace.batch == 1)
        for expected in [2, 4, 8, 16, 32, 64, 100, 100] {
            #expect(pace.next(read: pace.batch, published: pace.batch) == .now)
            #expect(pace.batch == expected)
        }
    }
}
