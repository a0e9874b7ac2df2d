public import EventSourcing
public import Postgres

/// How far the log of a service was published, and which instance may publish it now.
///
/// The lease is time by the database's clock, the fence a number that rises with every change of leader. A leader that was
/// stopped and wakes up after its lease writes nothing: its fence is old.
public struct RelayCursor: Sendable {
    private let client: PostgresClient
    private let name: String
    private let lease: Duration

    /// Names a cursor.
    ///
    /// - Parameters:
    ///   - client: Connections whose search path is the service's schema.
    ///   - name: One cursor per use of the log.
    ///   - lease: How long a leader that shows no sign of life is waited for.
    public init(client: PostgresClient, name: String = "publications", lease: Duration = .seconds(5)) {
        self.client = client
        self.name = name
        self.lease = lease
    }

    /// Names the cursor of a log.
    public init(of store: PostgresEventStore) {
        self.init(client: store.client)
    }

    /// The last event that was published and confirmed.
    public func position() async throws -> GlobalPosition {
        try await self.client.withSession { session in
            try session.queryFirst("SELECT transaction_id, position FROM relay WHERE name = \(self.name)")
                .map { try GlobalPosition(transaction: 0, sequence: 1, of: $0) } ?? .start
        }
    }

    /// How often a leader should show a sign of life.
    public var renewalInterval: Duration { self.lease / 4 }

    private var leaseSeconds: Double { self.lease / .seconds(1) }

    /// The right to publish, and where to go on.
    public struct Leadership: Equatable, Sendable {
        /// The number of this term.
        public let fence: Int64
        /// The last event that was published.
        public internal(set) var position: GlobalPosition
    }

    /// Becomes leader, or stays it.
    ///
    /// - Parameter instance: A name that no other process has.
    /// - Returns: `nil` while another instance leads.
    public func acquire(_ instance: String) async throws -> Leadership? {
        try await self.client.transaction { session in
            session.enqueue("INSERT INTO relay (name) VALUES (\(self.name)) ON CONFLICT DO NOTHING")
            return try session.queryFirst(
                """
                UPDATE relay SET leader = \(instance), lease_until = clock_timestamp() + \(self.leaseSeconds) * interval '1 s',
                    fence = fence + CASE WHEN leader = \(instance) THEN 0 ELSE 1 END
                WHERE name = \(self.name) AND (leader = \(instance) OR lease_until < clock_timestamp())
                RETURNING fence, transaction_id, position
                """
            ).map { row in
                Leadership(
                    fence: try row.decode(0),
                    position: try GlobalPosition(transaction: 1, sequence: 2, of: row)
                )
            }
        }
    }

    /// Moves the cursor and renews the lease.
    ///
    /// - Returns: `false` when another instance has taken over; then nothing was written.
    public func advance(_ leadership: inout Leadership, to position: GlobalPosition) async throws -> Bool {
        let fence = leadership.fence
        let moved = try await self.client.withSession { session in
            try session.execute(
                """
                UPDATE relay SET transaction_id = \(position.transactionText)::xid8, position = \(position.sequence),
                    lease_until = clock_timestamp() + \(self.leaseSeconds) * interval '1 s'
                WHERE name = \(self.name) AND fence = \(fence)
                """
            )
        }
        if moved == 1 { leadership.position = position }
        return moved == 1
    }

    /// Gives leadership up, so that the next instance need not wait for the lease.
    public func release(_ leadership: Leadership) async throws {
        _ = try await self.client.withSession { session in
            try session.execute(
                """
                UPDATE relay SET leader = '', lease_until = '-infinity'
                WHERE name = \(self.name) AND fence = \(leadership.fence)
                """
            )
        }
    }

    /// How many events wait to be published (10,000 stand for any more), and since when the oldest does (seconds).
    public func lag() async throws -> (events: Int, seconds: Double) {
        try await self.client.withSession { session in
            let row = try session.queryFirst(
                """
                WITH cursor AS (SELECT transaction_id, position FROM relay WHERE name = \(self.name))
                SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(recorded_at)), 0)::float8
                FROM (SELECT recorded_at FROM events
                      WHERE (transaction_id, position) > (coalesce((SELECT transaction_id FROM cursor), '0'),
                                                          coalesce((SELECT position FROM cursor), 0))
                      ORDER BY transaction_id, position LIMIT 10000) waiting
                """
            )
            return (try row?.decode(0) ?? 0, try row?.decode(1) ?? 0)
        }
    }
}
