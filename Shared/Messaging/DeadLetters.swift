internal import EventSourcing
internal import EventStorePostgres
public import Foundation
internal import Metrics
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
        /// Why it was discarded.
        public let note: String?
        /// The content, for whoever is allowed to look.
        public let body: [UInt8]
        /// Properties and headers, to send it again as it was.
        let headers: [String: JSONValue]
    }

    /// Keeps a delivery, and notes it in the inbox: from now on only a person decides about it.
    ///
    /// One that is open here already gets the new reason.
    ///
    /// - Returns: `false` when there is nothing to keep: its effect is there, or it was decided about.
    @discardableResult
    func keep(_ delivery: Delivery, reason: String) async throws -> Bool {
        let event = delivery.isReplayedDeadLetter ? nil : MessageCodec.event(delivery)
        let id = event?.id ?? delivery.messageID.flatMap(UUID.init(uuidString:)) ?? .version7()
        let headers = PostgresJSON([UInt8](try JSONEncoder.wire().encode(delivery.storedHeaders)))
        let isKept = try await self.client.transaction { session in
            if let event, try Inbox.admit([event], in: session).isEmpty { return false }
            return try session.execute(
                """
                INSERT INTO dead_letters (id, type, source, correlation_id, headers, body, reason, received_at)
                VALUES (\(id), \(delivery.type?.storable ?? ""), \(delivery.appID?.storable ?? ""),
                    \(delivery.correlationID?.storable ?? ""),
                    \(headers), \(delivery.body), \(reason), clock_timestamp())
                ON CONFLICT (id) DO UPDATE SET reason = excluded.reason WHERE dead_letters.status = 'open'
                """
            ) == 1
        }
        if isKept { Counter(label: "events_dead_lettered_total").increment() }
        return isKept
    }

    /// Marks an open one as replayed, in the transaction of its effect.
    ///
    /// - Returns: `false` when there is no such open letter, and so nothing to do.
    func close(_ id: UUID, in session: PostgresSession) throws -> Bool {
        try session.execute(
            """
            UPDATE dead_letters SET status = 'replayed', resolved_at = clock_timestamp()
            WHERE id = \(id) AND status = 'open'
            """
        ) == 1
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

    /// Closes one for good; the reason stays on record.
    ///
    /// - Returns: `false` when there is no such open letter.
    public func discard(_ id: UUID, because reason: String) async throws -> Bool {
        try await self.client.withSession { session in
            try session.execute(
                """
                UPDATE dead_letters SET status = 'discarded', note = \(reason), resolved_at = clock_timestamp()
                WHERE id = \(id) AND status = 'open'
                """
            ) == 1
        }
    }

    private static let select = """
        SELECT id, type, source, correlation_id, reason, received_at, status, note, body, headers FROM dead_letters
        """

    private static func letter(_ row: Row) throws -> Letter {
        let headers = try row.decode(9, as: PostgresJSON.self).bytes
        return Letter(
            id: try row.decode(0),
            type: try row.decode(1),
            source: try row.decode(2),
            correlationID: try row.decode(3),
            reason: try row.decode(4),
            receivedAt: try row.decode(5),
            status: try row.decode(6),
            note: try row.decode(7),
            body: try row.decode(8),
            headers: try JSONDecoder.wire().decode([String: JSONValue].self, from: Data(headers))
        )
    }
}

extension String {
    /// The text as Postgres can keep it: with U+FFFD for U+0000, which may stand in any property of a message.
    var storable: String {
        guard self.utf8.contains(0) else { return self }
        return String(String.UnicodeScalarView(self.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }
}
