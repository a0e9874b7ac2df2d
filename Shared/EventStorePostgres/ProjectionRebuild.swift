internal import EventSourcing
public import Postgres

/// Builds a read model again from the log, beside the live one, and puts it in its place.
///
/// Readers are served from the live tables throughout. Writers wait only for the last step, in which the few events that
/// came meanwhile are taken in, the copy is compared with the live model, and the two change places.
public struct ProjectionRebuild: Sendable {
    private let client: PostgresClient
    private let schema: String
    private let owner: String?
    private let keys: PersonalKeys?
    private let batch = 5000

    /// Describes where the read models live.
    ///
    /// - Parameters:
    ///   - client: Connections whose search path is `schema`.
    ///   - schema: The schema of the service.
    ///   - owner: The role that may change the shape of the schema; `nil` for the client's own.
    ///   - keys: Opens the personal data in events, if the service has some.
    public init(client: PostgresClient, schema: String, owner: String? = nil, keys: PersonalKeys? = nil) {
        self.client = client
        self.schema = schema
        self.owner = owner
        self.keys = keys
    }

    /// What a rebuild did.
    public struct Report: Equatable, Sendable {
        /// The events that were read.
        public internal(set) var events = 0
        /// The tables whose rebuilt content differs from the live one.
        public internal(set) var differing: [String] = []
        /// Whether the rebuilt tables are live now.
        public internal(set) var swapped = false
    }

    /// Rebuilds one projection.
    ///
    /// - Parameters:
    ///   - acceptingDifferences: Swap even when the result differs, as it does when the projection's rules changed.
    ///   - progress: Told the number of events so far, after each batch.
    /// - Returns: What was done; without a swap, the copy is gone and the live tables are untouched.
    public func run(
        _ projection: AnyProjection,
        acceptingDifferences: Bool = false,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> Report {
        try await self.prepare(projection)
        var report = Report()
        var position = GlobalPosition.start
        while true {
            let start = position
            let (count, end) = try await self.transaction { session in
                let events = try session.log(after: start, limit: self.batch)
                try self.replay(events, projection, session)
                return (events.count, events.last?.position ?? start)
            }
            position = end
            report.events += count
            progress(report.events)
            if count < self.batch { break }
        }
        return try await self.finish(projection, from: position, report, acceptingDifferences)
    }

    /// A transaction of the role that owns the tables.
    private func transaction<Result: Sendable>(
        _ body: @Sendable (PostgresSession) throws -> Result
    ) async throws -> Result {
        try await self.client.transaction { session in
            if let owner { session.enqueue("SET LOCAL ROLE \(identifier: owner)") }
            return try body(session)
        }
    }

    private var copySchema: String { "\(self.schema)_rebuild" }

    /// Empty copies of the tables, with the same columns, defaults, constraints and indexes.
    private func prepare(_ projection: AnyProjection) async throws {
        try await self.transaction { session in
            session.enqueue("DROP SCHEMA IF EXISTS \(identifier: self.copySchema) CASCADE")
            session.enqueue("CREATE SCHEMA \(identifier: self.copySchema)")
            for table in projection.tables {
                session.enqueue(
                    """
                    CREATE TABLE \(identifier: self.copySchema).\(identifier: table)
                    (LIKE \(identifier: self.schema).\(identifier: table) INCLUDING ALL)
                    """
                )
            }
            try session.flush()
        }
    }

    /// Lets the projection write its copy: the same statements, another search path.
    private func replay(_ events: [RecordedEvent], _ projection: AnyProjection, _ session: PostgresSession) throws {
        session.enqueue("SELECT set_config('search_path', \("\(self.copySchema),\(self.schema)"), true)")
        for event in events where event.stream.category == projection.category {
            let cipher = try self.keys?.cipher(of: event.stream.id, in: session)
            try projection.replay(event, cipher: cipher, into: session)
        }
        try session.flush()
    }

    private func finish(
        _ projection: AnyProjection,
        from position: GlobalPosition,
        _ soFar: Report,
        _ acceptingDifferences: Bool
    ) async throws -> Report {
        try await self.transaction { session in
            var report = soFar
            // Waits for the writers that are under way and lets no new one in, so everything committed is visible now.
            session.enqueue("LOCK TABLE \(identifier: self.schema).events IN SHARE ROW EXCLUSIVE MODE")
            var position = position
            while true {
                let events = try session.lockedLog(after: position, limit: self.batch)
                guard let last = events.last else { break }
                try self.replay(events, projection, session)
                position = last.position
                report.events += events.count
            }
            report.differing = try projection.tables.filter { table in
                try self.fingerprint(self.schema, table, session) != self.fingerprint(self.copySchema, table, session)
            }
            if report.differing.isEmpty || acceptingDifferences {
                for table in projection.tables {
                    session.enqueue("DROP TABLE \(identifier: self.schema).\(identifier: table)")
                    session.enqueue(
                        """
                        ALTER TABLE \(identifier: self.copySchema).\(identifier: table)
                        SET SCHEMA \(identifier: self.schema)
                        """
                    )
                }
                report.swapped = true
            }
            session.enqueue("DROP SCHEMA \(identifier: self.copySchema) CASCADE")
            try session.flush()
            return report
        }
    }

    /// A hash over all rows, whatever their order.
    private func fingerprint(_ schema: String, _ table: String, _ session: PostgresSession) throws -> String? {
        try session.queryFirst(
            """
            SELECT md5(coalesce(string_agg(md5(content::text), '' ORDER BY md5(content::text)), ''))
            FROM \(identifier: schema).\(identifier: table) AS content
            """
        )?.decode(0)
    }
}
