public import FoundationEssentials

/// An event that is to be written.
public struct NewEvent: Equatable, Sendable {
    /// Unique over all services and for ever; deliveries are recognised by it.
    public let id: UUID
    /// The wire name, for example `lesson.completed`.
    public let type: String
    /// The version of the payload's form; readers upcast older ones.
    public let schemaVersion: Int
    /// The payload as JSON (UTF-8).
    public let data: [UInt8]
    /// Where it comes from.
    public let metadata: EventMetadata
    /// When it happened.
    public let recordedAt: Date

    /// Describes an event that is to be written.
    public init(
        id: UUID,
        type: String,
        schemaVersion: Int,
        data: [UInt8],
        metadata: EventMetadata,
        recordedAt: Date
    ) {
        self.id = id
        self.type = type
        self.schemaVersion = schemaVersion
        self.data = data
        self.metadata = metadata
        self.recordedAt = recordedAt
    }
}
