public import EventSourcing
public import Postgres

/// The event log of one service, in its schema.
public struct PostgresEventStore: EventStore {
    let client: PostgresClient

    /// Opens the log.
    ///
    /// - Parameter client: Connections whose search path is the service's schema.
    public init(client: PostgresClient) {
        self.client = client
    }

    /// Appends events to a stream, all or none.
    public func append(
        _ events: [NewEvent],
        to stream: StreamName,
        expecting expected: ExpectedVersion
    ) async throws -> StreamVersion {
        do {
            return try await self.client.transaction { session in
                let version = try session.version(of: stream)
                guard expected.admits(version) else { throw EventStoreError(.versionConflict, stream: stream) }
                session.enqueueAppend(events, to: stream, at: version)
                try session.flush()
                return version.advanced(by: events.count)
            }
        } catch let error as PostgresError {
            throw EventStoreError(error, stream: stream) ?? error
        }
    }

    /// Reads a stream in order.
    public func read(_ stream: StreamName, after version: StreamVersion) async throws -> [RecordedEvent] {
        try await self.client.withSession { try $0.events(of: stream, after: version) }
    }

    /// Reads the log in order; never past an event that may still become visible.
    public func readAll(after position: GlobalPosition, limit: Int) async throws -> [RecordedEvent] {
        try await self.client.withSession { try $0.log(after: position, limit: limit) }
    }

    /// Reads all events of one request, in order.
    public func read(correlatedBy correlationID: String, limit: Int = 1000) async throws -> [RecordedEvent] {
        try await self.client.withSession { try $0.events(correlatedBy: correlationID, limit: limit) }
    }
}

extension EventStoreError {
    /// What a refusal of the database means, by SQLSTATE and constraint; `nil` when it is none of the store's.
    init?(_ error: PostgresError, stream: StreamName) {
        switch (error.sqlState, error.constraint) {
        case (.serializationFailure?, "expected_stream_version"?),
            (.serializationFailure?, "stream_transaction_order"?),
            (.uniqueViolation?, "events_stream_category_stream_id_stream_version_key"?):
            self.init(.versionConflict, stream: stream)
        case (.uniqueViolation?, "events_id_key"?):
            self.init(.duplicateEvent, stream: stream)
        default:
            return nil
        }
    }
}
