internal import EventSourcing
internal import Foundation
internal import Postgres

// The statements of the event log, each once. They run in the caller's transaction.

extension PostgresSession {
    /// Queues an append; a conflict surfaces with the next round trip, at the latest with COMMIT.
    func enqueueAppend(_ events: [NewEvent], to stream: StreamName, at version: StreamVersion) {
        guard !events.isEmpty else { return }
        self.enqueue(
            """
            SELECT append_events(\(stream.category), \(stream.id), \(version.rawValue),
                \(events.map(\.id)), \(events.map(\.type)), \(events.map { Int32($0.schemaVersion) }),
                \(events.map { PostgresJSON($0.data) }),
                \(events.map(\.metadata.correlationID)), \(events.map(\.metadata.causationID)),
                \(events.map(\.metadata.actor)), \(events.map(\.metadata.traceParent)), \(events.map(\.recordedAt)))
            """
        )
    }

    /// Reads a stream in order, from the event after `version`.
    func events(of stream: StreamName, after version: StreamVersion) throws -> [RecordedEvent] {
        try self.query(
            """
            SELECT \(unescaped: EventRow.columns) FROM events
            WHERE stream_category = \(stream.category) AND stream_id = \(stream.id)
              AND stream_version > \(version.rawValue)
            ORDER BY stream_version
            """
        ).map(EventRow.recorded)
    }

    /// The version of a stream.
    func version(of stream: StreamName) throws -> StreamVersion {
        let row = try self.queryFirst(
            """
            SELECT coalesce(max(stream_version), 0) FROM events
            WHERE stream_category = \(stream.category) AND stream_id = \(stream.id)
            """
        )
        return StreamVersion(rawValue: try row?.decode(0) ?? 0)
    }

    /// Reads the log in order, from the event after `position`, and stops before the first transaction that still runs.
    ///
    /// One statement, so one snapshot: what it returns and what it holds back are judged at the same instant. The numbers
    /// are compared as a row, because a lower position may belong to a younger transaction.
    func log(after position: GlobalPosition, limit: Int) throws -> [RecordedEvent] {
        try self.query(
            """
            SELECT \(unescaped: EventRow.columns) FROM events
            WHERE (transaction_id, position) > (\(position.transactionText)::xid8, \(position.sequence))
              AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY transaction_id, position
            LIMIT \(limit)
            """
        ).map(EventRow.recorded)
    }

    /// Reads on in a log that is locked against writers: every committed event is visible, whatever else is running.
    func lockedLog(after position: GlobalPosition, limit: Int) throws -> [RecordedEvent] {
        try self.query(
            """
            SELECT \(unescaped: EventRow.columns) FROM events
            WHERE (transaction_id, position) > (\(position.transactionText)::xid8, \(position.sequence))
            ORDER BY transaction_id, position
            LIMIT \(limit)
            """
        ).map(EventRow.recorded)
    }

    /// All events of one request, in order.
    func events(correlatedBy correlationID: String, limit: Int) throws -> [RecordedEvent] {
        try self.query(
            """
            SELECT \(unescaped: EventRow.columns) FROM events
            WHERE correlation_id = \(correlationID) ORDER BY transaction_id, position LIMIT \(limit)
            """
        ).map(EventRow.recorded)
    }
}
