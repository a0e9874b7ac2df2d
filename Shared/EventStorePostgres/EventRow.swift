internal import EventSourcing
internal import Postgres

/// How a row of `events` becomes a ``RecordedEvent``.
enum EventRow {
    /// The columns that ``recorded(_:)`` reads, in its order.
    static let columns = """
        position, transaction_id, id, stream_category, stream_id, stream_version, type, schema_version, data, \
        correlation_id, causation_id, actor, traceparent, recorded_at
        """

    static func recorded(_ row: Row) throws -> RecordedEvent {
        RecordedEvent(
            position: try GlobalPosition(transaction: 1, sequence: 0, of: row),
            stream: StreamName(category: try row.decode(3), id: try row.decode(4)),
            streamVersion: StreamVersion(rawValue: try row.decode(5)),
            event: NewEvent(
                id: try row.decode(2),
                type: try row.decode(6),
                schemaVersion: try row.decode(7),
                data: try row.decode(8, as: PostgresJSON.self).bytes,
                metadata: EventMetadata(
                    correlationID: try row.decode(9),
                    causationID: try row.decode(10),
                    actor: try row.decode(11),
                    traceParent: try row.decode(12)
                ),
                recordedAt: try row.decode(13)
            )
        )
    }
}

extension GlobalPosition {
    /// Reads a position from two columns.
    init(transaction: Int, sequence: Int, of row: Row) throws {
        // An xid8 is an unsigned number, which has no type of its own in SQL.
        let text = try row.decode(transaction, as: String.self)
        guard let number = UInt64(text) else { throw PostgresDecodingFailure("not a transaction number") }
        self.init(transaction: number, sequence: try row.decode(sequence))
    }

    /// The transaction number as Postgres reads an `xid8`.
    var transactionText: String { String(self.transaction) }
}
