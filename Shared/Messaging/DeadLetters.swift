internal import EventSourcing
internal import EventStorePostgres
public import Foundation
public import Postgres
internal import RabbitMQ

/// The events that could not be handled: kept until a person has decided about each.
public struct DeadLetters: Sendable {
    private let client: PostgresClient

    /// Opens the table in the service's schema.
    public init(client: PostgresClient) {
        self.client = client
    }

    /// One of them.
    public struct Letter: Sendable {
        /// The identity of the event, or of the delivery when it was no event.
        public let id: UUID
        /// The type of the event.
        public let type: String
        /// The service that published it.
        public let source: String
        /// The request that it belongs to.
        public let correlationID: String
        /// Why it is here.
        public let reason: String
        /// Since when.
        public let receivedAt: Date
        /// `open`, `replayed` or `discarded`.
        public let status: String
        /// The content, for whoever is allowed to look.
        public let body: [UInt8]
        /// Properties and headers, to send it again as it was.
        let headers: [String: JSONValue]
    }

    /// Keeps a delivery.
    ///
    /// One that is here already is opened again with the new reason.
    func keep(_ delivery: Delivery, reason: String) async throws {
        let id = delivery.messageID.flatMap(UUID.init(uuidString:)) ?? .version7()
        let headers = PostgresJSON([UInt8](try JSONEncoder.wire().encode(delivery.storedHeaders)))
        try await self.client.transaction { session in
            session.enqueue(
                """
                INSERT INTO dead_letters (id, type, source, correlation_id, headers, body, reason, received_at)
                VALUES (\(id), \(delivery.type ?? ""), \(delivery.appID ?? ""), \(delivery.correlationID ?? ""),
                    \(headers), \(delivery.body), \(reason), clock_timestamp())
                ON CONFLICT (id) DO UPDATE SET status = 'open', reason = excluded.reason, resolved_at = NULL
                """
            )
            try session.flush()
        }
    }

    /// The open ones, oldest first.
    public func list(limit: Int = 100) async throws -> [Letter] {
        try await self.client.withSession { session in
            try session.query(
                "\(unescaped: Self.select) WHERE status = 'open' ORDER BY received_at, id LIMIT \(limit)"
            ).map(Self.letter)
        }
    }

    /// One of them, whatever became of it.
    public func show(_ id: UUID) async throws -> Letter? {
        try await self.client.withSession { session in
            try session.queryFirst("\(unescaped: Self.select) WHERE id = \(id)").map(Self.letter)
        }
    }

    /// How many are open.
    public func count() async throws -> Int {
        try await self.client.withSession { session in
            try session.queryFirst("SELECT count(*) FROM dead_letters WHERE status = 'open'")?.decode(0) ?? 0
        }
    }

    /// Notes what was decided.
    func resolve(_ id: UUID, as status: String, note: String?) async throws -> Bool {
        try await self.client.withSession { session in
            try session.execute(
                """
                UPDATE dead_letters SET status = \(status), note = \(note), resolved_at = clock_timestamp()
                WHERE id = \(id) AND status = 'open'
                """
            ) == 1
        }
    }

    /// Takes a decision back.
    func reopen(_ id: UUID) async throws {
        try await self.client.transaction { session in
            session.enqueue("UPDATE dead_letters SET status = 'open', resolved_at = NULL WHERE id = \(id)")
            try session.flush()
        }
    }

    /// Closes one for good; the reason stays on record.
    ///
    /// - Returns: `false` when there is no such open letter.
    public func discard(_ id: UUID, because reason: String) async throws -> Bool {
        try await self.resolve(id, as: "discarded", note: reason)
    }

    private static let select = """
        SELECT id, type, source, correlation_id, reason, received_at, status, body, headers FROM dead_letters
        """

    private static func letter(_ row: Row) throws -> Letter {
        let headers = try row.decode(8, as: PostgresJSON.self).bytes
        return Letter(
            id: try row.decode(0),
            type: try row.decode(1),
            source: try row.decode(2),
            correlationID: try row.decode(3),
            reason: try row.decode(4),
            receivedAt: try row.decode(5),
            status: try row.decode(6),
            body: try row.decode(7),
            headers: try JSONDecoder.wire().decode([String: JSONValue].self, from: Data(headers))
        )
    }
}
