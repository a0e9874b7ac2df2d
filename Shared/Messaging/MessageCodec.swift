public import EventSourcing
internal import Foundation
public import RabbitMQ

/// How a public event travels: properties of AMQP where there is one, headers for the rest, the payload as body.
public enum MessageCodec {
    private enum Header {
        static let schemaVersion = "schema_version"
        static let subject = "subject"
        static let streamVersion = "stream_version"
        static let position = "position"
        static let occurredAt = "occurred_at"
        static let causationID = "causation_id"
        static let actor = "actor"
        static let traceParent = "traceparent"
    }

    /// Wraps an event.
    ///
    /// - Parameters:
    ///   - exchange: Where it is published; the empty name is AMQP's default exchange.
    ///   - routingKey: The event's type unless it is for one queue only.
    public static func message(
        _ event: IntegrationEvent,
        exchange: String,
        routingKey: String? = nil
    ) -> OutboundMessage {
        var headers: [String: HeaderValue] = [
            Header.schemaVersion: .integer(Int64(event.schemaVersion)),
            Header.subject: .string(event.subject.description),
            Header.streamVersion: .integer(event.streamVersion.rawValue),
            Header.position: .string(event.position.description),
            // The property has whole seconds only.
            Header.occurredAt: .string(RFC3339.string(event.occurredAt)),
        ]
        if let causation = event.metadata.causationID { headers[Header.causationID] = .string(causation.lowercased) }
        if let actor = event.metadata.actor { headers[Header.actor] = .string(actor.lowercased) }
        if let trace = event.metadata.traceParent { headers[Header.traceParent] = .string(trace) }
        return OutboundMessage(
            exchange: exchange,
            routingKey: routingKey ?? event.type,
            body: event.data,
            messageID: event.id.lowercased,
            type: event.type,
            appID: event.source,
            correlationID: event.metadata.correlationID,
            timestamp: event.occurredAt,
            headers: headers
        )
    }

    /// Unwraps a delivery; `nil` when it is no event of ours.
    public static func event(_ delivery: Delivery) -> IntegrationEvent? {
        guard
            let id = delivery.messageID.flatMap(UUID.init(uuidString:)),
            let type = delivery.type,
            let source = delivery.appID,
            let correlationID = delivery.correlationID,
            let schemaVersion = delivery.headers[Header.schemaVersion]?.integer,
            let subject = delivery.headers[Header.subject]?.string.flatMap(StreamName.init(_:)),
            let streamVersion = delivery.headers[Header.streamVersion]?.integer,
            let position = delivery.headers[Header.position]?.string.flatMap(GlobalPosition.init(_:)),
            let occurredAt = delivery.headers[Header.occurredAt]?.string.flatMap(RFC3339.date(_:))
        else { return nil }
        return IntegrationEvent(
            id: id,
            type: type,
            schemaVersion: Int(schemaVersion),
            source: source,
            subject: subject,
            streamVersion: StreamVersion(rawValue: streamVersion),
            position: position,
            occurredAt: occurredAt,
            metadata: EventMetadata(
                correlationID: correlationID.storable,
                causationID: delivery.headers[Header.causationID]?.string.flatMap(UUID.init(uuidString:)),
                actor: delivery.headers[Header.actor]?.string.flatMap(UUID.init(uuidString:)),
                traceParent: delivery.headers[Header.traceParent]?.string?.storable
            ),
            data: delivery.body
        )
    }
}
