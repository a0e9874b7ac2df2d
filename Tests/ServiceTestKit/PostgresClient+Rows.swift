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

    /// The tables in which one of these texts stands, in the clear or as bytes.
    public func tables(with texts: [String]) async throws -> Set<String> {
        let patterns = texts.flatMap { text in
            [text, text.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()]
        }
        return try await self.withSession { session in
            let tables = try session.query(
                "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"
            ).map { try $0.decode(0, as: String.self) }
            return try Set(
                tables.filter { table in
                    let rows = try session.query(
                        """
                        SELECT 1 FROM \(identifier: table) AS row, unnest(\(patterns)::text[]) AS pattern
                        WHERE strpos(row::text, pattern) > 0 LIMIT 1
                        """
                    )
                    return !rows.isEmpty
                }
            )
        }
    }

    /// How many rows a table has, or those among them that meet a condition.
    public func count(_ table: String, where condition: SQL = "true") async throws -> Int {
        try await self.withSession { session in
            try session.queryFirst("SELECT count(*) FROM \(identifier: table) WHERE \(fragment: condition)")?.decode(0)
                ?? 0
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
