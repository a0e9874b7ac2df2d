import BlockingIO
import Postgres
import TestKit
import Testing

@Suite("A transaction")
struct TransactionTests {
    private struct Refusal: Error {}

    @Test("commits what it did when its body returns, and nothing when it throws")
    func commitAndRollback() async throws {
        try await TestPostgres.withClient(configure: { $0.poolSize = 1 }) { client in
            try await client.withSession { try $0.execute("CREATE TABLE facts (id bigint)") }
            let seen = try await client.transaction { session in
                session.enqueue("INSERT INTO facts VALUES (1)")
                return try session.query("SELECT id FROM facts").count
            }
            #expect(seen == 1)
            await #expect(throws: Refusal.self) {
                try await client.transaction { session in
                    try session.execute("INSERT INTO facts VALUES (2)")
                    session.enqueue("INSERT INTO facts VALUES (3)")
                    throw Refusal()
                }
            }
            #expect(try await client.value("SELECT count(*) FROM facts") == 1)
            #expect(client.statistics.opened == 1)
        }
    }

    @Test("a session whose body throws leaves nothing behind of what it had queued")
    func queuedAndThrown() async throws {
        try await TestPostgres.withClient { client in
            try await client.withSession { try $0.execute("CREATE TABLE facts (id bigint)") }
            await #expect(throws: Refusal.self) {
                try await client.withSession { session in
                    session.enqueue("INSERT INTO facts VALUES (1)")
                    throw Refusal()
                }
            }
            #expect(try await client.value("SELECT count(*) FROM facts") == 0)
        }
    }

    @Test("says so when it was rolled back although its body swallowed the error")
    func swallowed() async throws {
        try await TestPostgres.withClient { client in
            try await client.withSession { try $0.execute("CREATE TABLE facts (id bigint)") }
            let error = try await failure {
                try await client.transaction { session in
                    try session.execute("INSERT INTO facts VALUES (1)")
                    #expect(throws: PostgresError.self) { try session.execute("SELECT 1 / 0") }
                }
            }
            #expect(error.code == .transactionAborted)
            #expect(try await client.value("SELECT count(*) FROM facts") == 0)
        }
    }

    @Test("reports an error that only COMMIT finds")
    func deferred() async throws {
        try await TestPostgres.withClient(configure: { $0.poolSize = 1 }) { client in
            try await client.withSession {
                try $0.execute("CREATE TABLE facts (id bigint CONSTRAINT once UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            }
            let error = try await failure {
                try await client.transaction { session in
                    try session.execute("INSERT INTO facts VALUES (1), (1)")
                }
            }
            #expect(error.sqlState == .uniqueViolation && error.constraint == "once")
            #expect(try await client.value("SELECT count(*) FROM facts") == 0)
            #expect(client.statistics.opened == 1)
        }
    }

    @Test("a savepoint undoes only what failed")
    func savepoint() async throws {
        try await TestPostgres.withClient { client in
            try await client.withSession { try $0.execute("CREATE TABLE facts (id bigint PRIMARY KEY)") }
            try await client.transaction { session in
                session.enqueue("INSERT INTO facts VALUES (1)")
                try session.savepoint { session.enqueue("INSERT INTO facts VALUES (2)") }
                for duplicate in [1, 2] {
                    #expect(throws: PostgresError.self) {
                        try session.savepoint {
                            session.enqueue("INSERT INTO facts VALUES (\(duplicate + 10))")
                            session.enqueue("INSERT INTO facts VALUES (\(duplicate))")
                        }
                    }
                }
                #expect(throws: Refusal.self) {
                    try session.savepoint {
                        session.enqueue("INSERT INTO facts VALUES (20)")
                        try session.savepoint { session.enqueue("INSERT INTO facts VALUES (21)") }
                        throw Refusal()
                    }
                }
                session.enqueue("INSERT INTO facts VALUES (3)")
            }
            let ids = try await client.withSession { session in
                try session.query("SELECT id FROM facts ORDER BY id").map { try $0.decode(0, as: Int.self) }
            }
            #expect(ids == [1, 2, 3])
        }
    }

    @Test("PG-2: a connection left inside a transaction does not go back to the pool")
    func leftOpen() async throws {
        try await TestPostgres.withClient(configure: { $0.poolSize = 1 }) { client in
            try await client.withSession { session in
                try session.execute("BEGIN")
                try session.execute("CREATE TABLE facts (id bigint)")
            }
            #expect(try await client.value("SELECT to_regclass('facts') IS NULL") == true)
            #expect(client.statistics.lost == 1)
        }
    }

    @Test("PG-3, case 19: of two that block each other one is repeated, and both succeed")
    func deadlock() async throws {
        try await TestPostgres.withClient { client in
            try await client.withSession { session in
                try session.execute("CREATE TABLE accounts (id bigint PRIMARY KEY, amount bigint)")
                try session.execute("INSERT INTO accounts VALUES (1, 0), (2, 0)")
            }
            let attempts = Counter()
            let meeting = Counter()
            try await withThrowingTaskGroup { group in
                for (first, second) in [(1, 2), (2, 1)] {
                    group.addTask {
                        try await client.transaction { session in
                            attempts.increment()
                            try session.execute("UPDATE accounts SET amount = amount + 1 WHERE id = \(first)")
                            meeting.increment()
                            while meeting.value < 2 { try session.execute("SELECT pg_sleep(0.01)") }
                            try session.execute("UPDATE accounts SET amount = amount + 1 WHERE id = \(second)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(attempts.value == 3)
            #expect(try await client.value("SELECT sum(amount) FROM accounts") == 4)
        }
    }

    @Test("PG-3: one that can not be serialised is repeated, also when its body translates the error")
    func serialization() async throws {
        try await TestPostgres.withClient { client in
            try await client.withSession { session in
                try session.execute("CREATE TABLE accounts (id bigint PRIMARY KEY, amount bigint)")
                try session.execute("INSERT INTO accounts VALUES (1, 0)")
            }
            let attempts = Counter()
            try await withThrowingTaskGroup { group in
                for _ in 1...8 {
                    group.addTask {
                        try await client.transaction(.repeatableRead, retries: 50) { session in
                            attempts.increment()
                            do {
                                let row = try #require(
                                    try session.queryFirst("SELECT amount FROM accounts WHERE id = 1")
                                )
                                let amount = try row.decode(0, as: Int.self) + 1
                                try session.execute("UPDATE accounts SET amount = \(amount) WHERE id = 1")
                            } catch {
                                throw Refusal()
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await client.value("SELECT amount FROM accounts") == 8)
            #expect(attempts.value > 8)
        }
    }

    @Test("is repeated no more often than allowed, and not at all for other errors")
    func bounded() async throws {
        try await TestPostgres.withClient { client in
            let attempts = Counter()
            let error = try await failure {
                try await client.transaction(retries: 2) { session in
                    attempts.increment()
                    try session.execute("DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$")
                }
            }
            #expect(error.sqlState == .serializationFailure && attempts.value == 3)

            let others = Counter()
            _ = try await failure {
                try await client.transaction { session in
                    others.increment()
                    try session.execute("SELECT 1 / 0")
                }
            }
            #expect(others.value == 1)
        }
    }

    @Test("is repeated when its connection is ended before COMMIT")
    func terminated() async throws {
        try await TestPostgres.withClient { client in
            try await client.withSession { try $0.execute("CREATE TABLE facts (id bigint)") }
            let attempts = Counter()
            try await client.transaction { session in
                try session.execute("INSERT INTO facts VALUES (1)")
                if attempts.increment() == 1 { try session.execute("SELECT pg_terminate_backend(pg_backend_pid())") }
            }
            #expect(attempts.value == 2)
            #expect(try await client.value("SELECT count(*) FROM facts") == 1)
        }
    }

    @Test("PG-4: a thousand at the same time share eight connections")
    func thousand() async throws {
        try await TestPostgres.withClient(configure: { $0.maxWait = .seconds(30) }) { client in
            try await client.withSession { try $0.execute("CREATE TABLE facts (id bigint PRIMARY KEY)") }
            try await withThrowingTaskGroup { group in
                for id in 1...1_000 {
                    group.addTask { try await client.transaction { $0.enqueue("INSERT INTO facts VALUES (\(id))") } }
                }
                try await group.waitForAll()
            }
            #expect(try await client.value("SELECT count(*) FROM facts") == 1_000)
            #expect(client.statistics.opened <= 8)
        }
    }

    @Test("PG-4: too many callers are refused with an error that says so")
    func exhausted() async throws {
        try await TestPostgres.withClient(configure: {
            $0.poolSize = 1; $0.maxWait = .milliseconds(100)
        }) { client in
            let holder = Task { try await client.withSession { try $0.execute("SELECT pg_sleep(4)") } }
            try await eventually { client.statistics.inUse == 1 }
            let error = try await failure { try await client.value("SELECT 1", as: Int.self) }
            #expect(error.code == .poolExhausted && error.isRetriable)
            holder.cancel()
            #expect(try await failure { try await holder.value }.code == .cancelled)
            // Closing the cancelled connection takes a moment.
            try await eventually { client.statistics.inUse == 0 }
            #expect(try await client.value("SELECT 1") == 1)
        }
    }
}
