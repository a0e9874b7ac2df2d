/// Brings a schema up to date, forwards only.
///
/// Several instances may start together: an advisory lock lets one work while the others wait and then find nothing to do.
/// Every migration is a transaction of its own, recorded in the table `migrations` of the schema with a checksum; a migration
/// that was changed after it had been applied is refused. A migration in the table that this program does not know is the
/// work of a newer version and is none of its business.
public struct Migrator: Sendable {
    private let schema: String
    private let client: PostgresClient
    private let owner: String?

    /// How long to wait for the other instances, and how long one migration may take.
    private static let patience: Duration = .seconds(600)
    /// A migration that can not get its locks queues everybody else behind it, so it gives up soon and tries again.
    private static let lockTimeout: Duration = .seconds(2)
    private static let attempts = 15

    /// Creates a migrator.
    ///
    /// - Parameters:
    ///   - schema: The schema; it is created if necessary.
    ///   - client: A client whose role, or `owner`, may create it.
    ///   - owner: The role that the migrations run as; `nil` for the client's own.
    public init(schema: String, client: PostgresClient, owner: String? = nil) {
        self.schema = schema
        self.client = client
        self.owner = owner
    }

    /// Applies, in the order of their numbers, the migrations that were not applied yet.
    ///
    /// - Parameter migrations: The whole history.
    /// - Throws: ``PostgresError``; with code `migration` if two migrations have the same number or an applied one was changed.
    public func migrate(_ migrations: [Migration]) async throws {
        let ordered = migrations.sorted { $0.number < $1.number }
        for (migration, next) in zip(ordered, ordered.dropFirst()) where migration.number == next.number {
            throw PostgresError(.migration, "two migrations have number \(migration.number)")
        }
        for migration in ordered {
            try await self.repeatingOnLocks { try self.apply(migration, in: $0) }
        }
    }

    private func apply(_ migration: Migration, in session: PostgresSession) throws {
        try self.prepare(session)
        let checksum = try session.queryFirst(
            "SELECT encode(sha256(convert_to(\(migration.sql)::text, 'UTF8')), 'hex')"
        )?.decode(0, as: String.self)
        let applied = try session.queryFirst("SELECT checksum FROM migrations WHERE number = \(migration.number)")
        if let applied {
            guard try applied.decode(0, as: String.self) == checksum else {
                throw PostgresError(
                    .migration,
                    "migration \(migration.number) of \(self.schema) was changed after it had been applied"
                )
            }
            return
        }
        try session.execute(script: migration.sql)
        session.enqueue(
            """
            INSERT INTO migrations (number, name, checksum)
            VALUES (\(migration.number), \(migration.name), \(checksum))
            """
        )
    }

    /// Waits for the other instances and makes sure of the schema and its table.
    private func prepare(_ session: PostgresSession) throws {
        if let owner { session.enqueue("SET LOCAL ROLE \(identifier: owner)") }
        session.setStatementTimeout(Self.patience)
        session.enqueue("SET LOCAL lock_timeout = 0")
        session.enqueue("SELECT pg_advisory_xact_lock(hashtextextended('migrations of ' || \(self.schema), 0))")
        session.enqueue("SET LOCAL lock_timeout = \(unescaped: String(Self.lockTimeout.milliseconds))")
        // CREATE … IF NOT EXISTS of what exists would say so in a notice and demand the right to create.
        if try session.queryFirst("SELECT FROM pg_namespace WHERE nspname = \(self.schema)") == nil {
            session.enqueue("CREATE SCHEMA IF NOT EXISTS \(identifier: self.schema)")
        }
        session.enqueue("SET LOCAL search_path TO \(identifier: self.schema), public")
        if try session.queryFirst(
            "SELECT FROM pg_tables WHERE schemaname = \(self.schema) AND tablename = 'migrations'"
        )
            == nil
        {
            session.enqueue(
                """
                CREATE TABLE migrations (
                    number bigint PRIMARY KEY,
                    name text NOT NULL,
                    checksum text NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                )
                """
            )
        }
    }

    private func repeatingOnLocks(_ body: @Sendable (PostgresSession) throws -> Void) async throws {
        for attempt in 1... {
            do {
                return try await self.client.transaction(.readCommitted, body)
            } catch SQLState.lockNotAvailable where attempt < Self.attempts {
                try await Task.sleep(for: .milliseconds(100 * attempt))
            }
        }
    }
}
