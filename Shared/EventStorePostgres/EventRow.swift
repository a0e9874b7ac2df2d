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
            position: GlobalPosition(transaction: try row.decode(1), sequence: try row.decode(0)),
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
