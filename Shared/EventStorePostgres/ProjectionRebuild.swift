internal import EventSourcing
internal import FoundationEssentials
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
    private let batch: Int

    /// How long one transaction of it may take.
    private static let patience = Duration.seconds(600)
    private static let attempts = 10

    /// Describes where the read models live.
    ///
    /// - Parameters:
    ///   - client: Connections whose search path is `schema`.
    ///   - schema: The schema of the service. The copies are built in a schema of the same name with `_rebuild` at its end,
    ///     which is created if necessary.
    ///   - owner: The role that owns both, when the client's role may not change tables itself but may take that role.
    ///   - keys: Opens the personal data in events, if the service has some.
    ///   - batch: How many events are read in one transaction.
    public init(
        client: PostgresClient,
        schema: String,
        owner: String? = nil,
        keys: PersonalKeys? = nil,
        batch: Int = 5000
    ) {
        self.client = client
        self.schema = schema
        self.owner = owner
        self.keys = keys
        self.batch = batch
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
    ///   - projection: What to rebuild.
    ///   - acceptingDifferences: Swap even when the result differs, as it does when the projection's rules changed.
    ///   - progress: Told the number of events so far, after each batch.
    /// - Returns: What was done; without a swap, the copy is gone and the live tables are untouched.
    /// - Throws: ``Overtaken`` when another rebuild of it has begun since, or the schema has changed.
    public func run(
        _ projection: AnyProjection,
        acceptingDifferences: Bool = false,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws -> Report {
        let mark = try await self.transaction { session in
            try self.shadow.create(projection.tables, in: session)
            let mark = "\(UUID.version7().lowercased), \(try self.schemaVersion(in: session))"
            self.shadow.mark(projection.tables, as: mark, in: session)
            return mark
        }
        var report = Report()
        var position = GlobalPosition.start
        while true {
            let start = position
            let (count, end) = try await self.transaction { session in
                guard try self.shadow.hold(projection.tables, of: mark, in: session) else { throw Overtaken() }
                let events = try session.log(after: start, limit: self.batch)
                try self.replay(events, projection, session)
                return (events.count, events.last?.position ?? start)
            }
            position = end
            report.events += count
            progress(report.events)
            if count < self.batch { break }
        }
        let (start, soFar) = (position, report)
        return try await self.transaction { session in
            guard
                try self.shadow.hold(projection.tables, of: mark, in: session),
                mark.hasSuffix(", \(try self.schemaVersion(in: session))")
            else { throw Overtaken() }
            return try self.finish(projection, from: start, soFar, acceptingDifferences, session)
        }
    }

    /// Another rebuild of the same projection has begun, or the tables have got another shape meanwhile.
    public struct Overtaken: Error, CustomStringConvertible {
        /// What to do.
        public let description = "another rebuild or a migration came between; nothing was changed, start again"
    }

    /// The last migration: a twin that was made before it has the wrong shape.
    private func schemaVersion(in session: PostgresSession) throws -> Int {
        try session.queryFirst("SELECT coalesce(max(number), 0) FROM \(identifier: self.schema).migrations")?
            .decode(0) ?? 0
    }

    private var shadow: ShadowTables { ShadowTables(schema: self.schema) }

    /// Lets the projection write its copy: the same statements, another search path.
    private func replay(_ events: [RecordedEvent], _ projection: AnyProjection, _ session: PostgresSession) throws {
        session.enqueue(self.shadow.searchPath)
        for event in events where event.stream.category == projection.category {
            let cipher = try self.keys?.cipher(of: event.stream.id, in: session)
            try projection.replay(event, cipher: cipher, into: session)
        }
        try session.flush()
    }

    /// Takes in the rest, compares, and swaps, while no writer is at work.
    private func finish(
        _ projection: AnyProjection,
        from start: GlobalPosition,
        _ soFar: Report,
        _ acceptingDifferences: Bool,
        _ session: PostgresSession
    ) throws -> Report {
        var report = soFar
        session.enqueue(ProjectionGate.close(self.schema))
        // Whoever appends without a model to keep passes the gate by. After this, everything that was committed is visible.
        session.enqueue("LOCK TABLE \(identifier: self.schema).events IN SHARE ROW EXCLUSIVE MODE")
        var position = start
        while let last = try self.replayLocked(projection, after: position, &report, session) { position = last }
        report.differing = try projection.tables.filter { try self.shadow.differs($0, in: session) }
        report.swapped = report.differing.isEmpty || acceptingDifferences
        if report.swapped {
            for table in projection.tables { try self.shadow.swap(table, in: session) }
        }
        self.shadow.drop(projection.tables, in: session)
        try session.flush()
        return report
    }

    private func replayLocked(
        _ projection: AnyProjection,
        after position: GlobalPosition,
        _ report: inout Report,
        _ session: PostgresSession
    ) throws -> GlobalPosition? {
        let events = try session.lockedLog(after: position, limit: self.batch)
        try self.replay(events, projection, session)
        report.events += events.count
        return events.last?.position
    }

    /// A transaction as the owner, repeated when it can not get its locks: waiting for long would hold up everybody behind it.
    private func transaction<Result: Sendable>(
        _ body: @Sendable (PostgresSession) throws -> Result
    ) async throws -> Result {
        for attempt in 1... {
            do {
                return try await self.client.transaction(retries: Self.attempts) { session in
                    session.setStatementTimeout(Self.patience)
                    session.enqueue("SET LOCAL lock_timeout = '1s'")
                    if let owner { session.enqueue("SET LOCAL ROLE \(identifier: owner)") }
                    return try body(session)
                }
            } catch SQLState.lockNotAvailable where attempt < Self.attempts {
                try await Task.sleep(for: .milliseconds(100 * attempt))
            }
        }
        throw CancellationError()
    }
}
