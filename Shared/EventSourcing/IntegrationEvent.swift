public import FoundationEssentials

/// The content of a public event: what one service tells the others.
///
/// One file per publishing service, in `Contracts`.
public protocol PublicPayload: Codable, Equatable, Sendable {
    /// The wire name and routing key, for example `lesson.completed`.
    static var type: String { get }
    /// The version of the form. Changes only add optional members; anything else is a new type.
    static var schemaVersion: Int { get }
}

extension PublicPayload {
    /// The first form.
    public static var schemaVersion: Int { 1 }
}

/// A public event on its way between services.
public struct IntegrationEvent: Equatable, Sendable {
    /// Unique for ever; receivers recognise a repetition by it.
    public let id: UUID
    /// The wire name.
    public let type: String
    /// The version of the payload's form.
    public let schemaVersion: Int
    /// The service that published it.
    public let source: String
    /// What it happened to.
    public let subject: StreamName
    /// The version of that stream right after it.
    public let streamVersion: StreamVersion
    /// Where the fact behind it stands in the log of its service.
    public let position: GlobalPosition
    /// When it happened.
    public let occurredAt: Date
    /// Where it comes from.
    public let metadata: EventMetadata
    /// The payload as JSON.
    public let data: [UInt8]

    /// Describes a public event.
    public init(
        id: UUID,
        type: String,
        schemaVersion: Int,
        source: String,
        subject: StreamName,
        streamVersion: StreamVersion,
        position: GlobalPosition,
        occurredAt: Date,
        metadata: EventMetadata,
        data: [UInt8]
    ) {
        self.id = id
        self.type = type
        self.schemaVersion = schemaVersion
        self.source = source
        self.subject = subject
        self.streamVersion = streamVersion
        self.position = position
        self.occurredAt = occurredAt
        self.metadata = metadata
        self.data = data
    }

    /// Reads the payload.
    public func decode<Payload: PublicPayload>(_ payload: Payload.Type = Payload.self) throws -> Payload {
        try JSONDecoder.wire().decode(Payload.self, from: Data(self.data))
    }

    /// The metadata of what a receiver records because of this event: same request, caused by it.
    public var consequence: EventMetadata {
        EventMetadata(
            correlationID: self.metadata.correlationID,
            causationID: self.id,
            actor: self.metadata.actor,
            traceParent: self.metadata.traceParent
        )
    }
}
