internal import EventSourcing
internal import EventStorePostgres
internal import Foundation

/// What this service recorded because of one request; the gateway asks all services and makes a tree of the answers.
struct TraceRoutes {
    let store: PostgresEventStore
    let service: String

    func declare(in routes: inout RouteTable) {
        routes.add(.get, "/internal/traces/{correlation_id}", .internalService, isNoteworthy: false, handler: self.show)
    }

    private func show(_ request: ServiceRequest) async throws -> ServiceResponse {
        let events = try await self.store.read(correlatedBy: try request.parameter("correlation_id"))
        return try .json(Trace(events: events.map { TracedEvent($0, source: self.service) }))
    }
}

private struct Trace: Encodable {
    let events: [TracedEvent]
}

/// An event without its content: that may be personal.
private struct TracedEvent: Encodable {
    let id: String
    let type: String
    let source: String
    let stream: String
    let streamVersion: Int64
    let occurredAt: String
    let correlationID: String
    let causationID: String?
    let actor: String?

    init(_ recorded: RecordedEvent, source: String) {
        self.id = recorded.event.id.lowercased
        self.type = recorded.event.type
        self.source = source
        self.stream = recorded.stream.description
        self.streamVersion = recorded.streamVersion.rawValue
        self.occurredAt = RFC3339.string(recorded.event.recordedAt)
        self.correlationID = recorded.event.metadata.correlationID
        self.causationID = recorded.event.metadata.causationID?.lowercased
        self.actor = recorded.event.metadata.actor?.lowercased
    }

    enum CodingKeys: String, CodingKey {
        case id, type, source, stream, actor
        case streamVersion = "stream_version"
        case occurredAt = "occurred_at"
        case correlationID = "correlation_id"
        case causationID = "causation_id"
    }
}
