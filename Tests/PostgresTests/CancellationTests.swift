import BlockingIO
import Postgres
import TestKit
import Testing

@Suite("Cancelling a task")
struct CancellationTests {
    @Test("interrupts its statement on the server")
    func interrupts() async throws {
        try await TestPostgres.withClient(configure: { $0.statementTimeout = .seconds(60) }) { client in
            func running() async throws -> Int {
                try await client.value(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE wait_event = 'PgSleep' AND state = 'active' AND datname = current_database()
                    """
                )
            }
            let task = Task { try await client.transaction { try $0.execute("SELECT pg_sleep(50)") } }
            try await eventually { try await running() == 1 }
            let started = ContinuousClock.now
            task.cancel()
            #expect(try await failure { try await task.value }.code == .cancelled)
            #expect(started.duration(to: .now) < .seconds(10))
            #expect(try await running() == 0)
        }
    }

    @Test("at any moment never hits the next borrower of the connection")
    func neverTheNext() async throws {
        try await TestPostgres.withClient(configure: {
            $0.poolSize = 1; $0.maxWait = .seconds(10)
        }) { client in
            for round in 0..<60 {
                let victim = Task { try await client.withSession { try $0.execute("SELECT pg_sleep(0.004)") } }
                let innocent = Task { try await client.value("SELECT 1 FROM pg_sleep(0.004)", as: Int.self) }
                // Not waiting for anything: every round is to be cancelled at another moment.
                try await Task.sleep(for: .microseconds(round * 150))
                victim.cancel()
                #expect(try await innocent.value == 1)
                do {
                    _ = try await victim.value
                } catch let error as PostgresError {
                    #expect(error.code == .cancelled)
                }
            }
        }
    }

    @Test("before it has begun means that nothing happens")
    func before() async throws {
        try await TestPostgres.withClient { client in
            try await client.withSession { try $0.execute("CREATE TABLE facts (id bigint)") }
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await client.transaction { $0.enqueue("INSERT INTO facts VALUES (1)") }
            }
            #expect(try await failure { try await task.value }.code == .cancelled)
            #expect(try await client.value("SELECT count(*) FROM facts") == 0)
        }
    }

    @Test("between two statements stops at the next one")
    func between() async throws {
        try await TestPostgres.withClient { client in
            try await client.withSession { try $0.execute("CREATE TABLE facts (id bigint)") }
            let reached = Counter()
            let task = Task {
                try await client.transaction { session in
                    for id in 1...100_000 {
                        try session.execute("INSERT INTO facts VALUES (\(id))")
                        reached.increment()
                    }
                }
            }
            try await eventually { reached.value > 10 }
            task.cancel()
            #expect(try await failure { try await task.value }.code == .cancelled)
            #expect(reached.value < 100_000)
            #expect(try await client.value("SELECT count(*) FROM facts") == 0)
        }
    }

    @Test("while it waits for a connection takes it out of the queue")
    func waiting() async throws {
        try await TestPostgres.withClient(configure: {
            $0.poolSize = 1; $0.maxWait = .seconds(10)
        }) { client in
            let holder = Task { try await client.withSession { try $0.execute("SELECT pg_sleep(4)") } }
            try await eventually { client.statistics.inUse == 1 }
            let waiter = Task { try await client.value("SELECT 1", as: Int.self) }
            try await eventually { client.statistics.waiting == 1 }
            waiter.cancel()
            #expect(try await failure { try await waiter.value }.code == .cancelled)
            #expect(client.statistics.waiting == 0)
            holder.cancel()
            #expect(try await failure { try await holder.value }.code == .cancelled)
        }
    }
}
