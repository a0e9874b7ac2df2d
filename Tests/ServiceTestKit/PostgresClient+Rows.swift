public import Postgres

extension PostgresClient {
    /// Runs queries, and counts the rows they read of each table, wanted or not: what indexes are there to keep small.
    ///
    /// It counts what really happened, with the real parameters, and not what EXPLAIN says of a statement that looks alike
    /// (manual, 28.2.20, `pg_stat_xact_user_tables`).
    public func rowsRead(
        _ queries: @escaping @Sendable (PostgresSession) throws -> Void
    ) async throws -> [String: Int] {
        try await self.transaction { session in
            let before = try Self.counts(session)
            try queries(session)
            return try Self.counts(session).merging(before) { $0 - $1 }.filter { $0.value > 0 }
        }
    }

    private static func counts(_ session: PostgresSession) throws -> [String: Int] {
        let rows = try session.query(
            """
            SELECT relname::text, seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables
            WHERE schemaname = current_schema()
            """
        )
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0.decode(0), try $0.decode(1)) })
    }
}
