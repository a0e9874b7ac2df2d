import Foundation
import Postgres
import TestKit
import Testing

/// PG-3 and case 16: what the client says about a COMMIT whose answer never came.
@Suite("When the connection is lost during COMMIT", .serialized)
struct CommitOutcomeTests {
    /// The tag in the server's answer to COMMIT.
    private static let answer = Array("COMMIT\0".utf8)

    /// A server of its own, where no other test drops databases: that makes a checkpoint, and after one within the same
    /// second nobody can tell what became of a transaction.
    private func withProxy(
        _ body: @Sendable (_ proxied: PostgresClient, _ direct: PostgresClient, FaultProxy) async throws -> Void
    ) async throws {
        try await withPrivateClient { server, direct in
            let proxy = try FaultProxy(to: server.port)
            defer { proxy.stop() }
            let proxied = try localClient(port: proxy.port)
            defer { proxied.close() }
            try await direct.withSession { try $0.execute("CREATE TABLE facts (id bigint)") }
            try await eventually("the checkpoint of the start is long past") {
                try await direct.value(
                    "SELECT date_trunc('second', now()) > checkpoint_time FROM pg_control_checkpoint()"
                )
            }
            try await body(proxied, direct, proxy)
        }
    }

    @Test("a transaction that was committed is a success, and is not repeated")
    func committed() async throws {
        try await self.withProxy { proxied, direct, proxy in
            try await proxied.withSession { try $0.execute("SELECT 1") }
            proxy.fault = .cut(.fromServer, before: Self.answer)
            let attempts = Counter()
            let value = try await proxied.transaction { session in
                attempts.increment()
                session.enqueue("INSERT INTO facts VALUES (1)")
                return "done"
            }
            #expect(value == "done" && attempts.value == 1)
            #expect(try await direct.value("SELECT count(*) FROM facts") == 1)
        }
    }

    @Test("a transaction that was still committing is waited for")
    func inProgress() async throws {
        try await self.withProxy { proxied, direct, proxy in
            try await self.delayCommits(direct, seconds: 1.5)
            let attempts = Counter()
            let task = Task {
                try await proxied.transaction { session in
                    attempts.increment()
                    session.enqueue("INSERT INTO facts VALUES (1)")
                }
            }
            try await self.waitForCommit(direct)
            proxy.cut()
            try await task.value
            #expect(attempts.value == 1)
            #expect(try await direct.value("SELECT count(*) FROM facts") == 1)
        }
    }

    @Test("a transaction that was rolled back is repeated")
    func aborted() async throws {
        try await self.withProxy { proxied, direct, _ in
            try await self.delayCommits(direct, seconds: 5)
            let attempts = Counter()
            let task = Task {
                try await proxied.transaction { session in
                    attempts.increment()
                    session.enqueue("INSERT INTO facts VALUES (1)")
                }
            }
            try await self.waitForCommit(direct)
            try await direct.withSession { session in
                try session.execute("UPDATE delays SET seconds = 0")
                try session.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
                )
            }
            try await task.value
            #expect(attempts.value == 2)
            #expect(try await direct.value("SELECT count(*) FROM facts") == 1)
        }
    }

    @Test("a transaction whose id is not known either is an error of its own, and is not repeated")
    func unknown() async throws {
        try await self.withProxy { proxied, direct, proxy in
            let attempts = Counter()
            let error = try await failure {
                try await proxied.transaction { session in
                    attempts.increment()
                    try session.execute("INSERT INTO facts VALUES (1)")
                    // Nothing of what follows reaches the server.
                    proxy.fault = .limit(.toServer, bytes: 0)
                }
            }
            #expect(error.code == .commitOutcomeUnknown && !error.isRetriable && attempts.value == 1)
            #expect(try await direct.value("SELECT count(*) FROM facts") == 0)
        }
    }

    @Test("a server that does not come back is not waited for for ever")
    func unreachable() async throws {
        try await self.withProxy { proxied, direct, proxy in
            try await self.delayCommits(direct, seconds: 3)
            let attempts = Counter()
            let task = Task {
                try await proxied.transaction { session in
                    attempts.increment()
                    session.enqueue("INSERT INTO facts VALUES (1)")
                }
            }
            try await self.waitForCommit(direct)
            proxy.fault = .refuse
            proxy.cut()
            let error = try await failure { try await task.value }
            #expect(error.code == .commitOutcomeUnknown && attempts.value == 1)
        }
    }

    @Test("a transaction whose loss its body swallowed was certainly not committed")
    func swallowedLoss() async throws {
        try await self.withProxy { proxied, direct, proxy in
            let attempts = Counter()
            try await proxied.transaction { session in
                session.enqueue("INSERT INTO facts VALUES (1)")
                guard attempts.increment() == 1 else { return }
                proxy.fault = .limit(.toServer, bytes: 0)
                #expect(throws: PostgresError.self) { try session.flush() }
                proxy.fault = .none
            }
            #expect(attempts.value == 2)
            #expect(try await direct.value("SELECT count(*) FROM facts") == 1)
        }
    }

    @Test("a transaction that wrote nothing is simply repeated")
    func readOnly() async throws {
        try await self.withProxy { proxied, _, proxy in
            let attempts = Counter()
            let value = try await proxied.transaction { session in
                let value = try session.queryFirst("SELECT 42")?.decode(0, as: Int.self)
                proxy.fault = attempts.increment() == 1 ? .cut(.fromServer, before: Self.answer) : .none
                return value
            }
            #expect(value == 42 && attempts.value == 2)
        }
    }

    /// Makes every COMMIT of an INSERT take its time.
    private func delayCommits(_ client: PostgresClient, seconds: Double) async throws {
        try await client.withSession { session in
            try session.execute(
                script: """
                    CREATE TABLE delays (seconds float8 NOT NULL);
                    INSERT INTO delays VALUES (\(seconds));
                    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                        PERFORM pg_sleep(seconds) FROM delays;
                        RETURN NULL;
                    END $$;
                    CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON facts DEFERRABLE INITIALLY DEFERRED
                        FOR EACH ROW EXECUTE FUNCTION dawdle();
                    """
            )
        }
    }

    private func waitForCommit(_ client: PostgresClient) async throws {
        try await eventually("COMMIT is under way") {
            try await client.value(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE wait_event = 'PgSleep' AND query = 'COMMIT' AND datname = current_database()
                """
            ) == 1
        }
    }
}
