public import FoundationEssentials

/// An event as it was read back from the log.
public struct RecordedEvent: Equatable, Sendable {
    /// Where it stands in the log of its service.
    public let position: GlobalPosition
    /// What it happened to.
    public let stream: StreamName
    /// Its place in the stream, from 1.
    public let streamVersion: StreamVersion
    /// What was written.
    public let event: NewEvent

    /// Describes an event that was read back.
    public init(position: GlobalPosition, stream: StreamName, streamVersion: StreamVersion, event: NewEvent) {
        self.position = position
        self.stream = stream
        self.streamVersion = streamVersion
        self.event = event
    }
}

/// A decoded event together with what a projection may know about it.
public struct Recorded<Event: Sendable>: Sendable {
    /// What happened.
    public let event: Event
    /// The identity of the fact.
    public let id: UUID
    /// What it happened to.
    public let stream: StreamName
    /// Its place in the stream, from 1.
    public let streamVersion: StreamVersion
    /// When it happened.
    public let recordedAt: Date
    /// Where it comes from.
    public let metadata: EventMetadata

    /// Describes a decoded event.
    public init(
        _ event: Event,
        id: UUID,
        stream: StreamName,
        streamVersion: StreamVersion,
        recordedAt: Date,
        metadata: EventMetadata
    ) {
        self.event = event
        self.id = id
        self.stream = stream
        self.streamVersion = streamVersion
        self.recordedAt = recordedAt
        self.metadata = metadata
    }

    /// Describes a decoded event that was read from the log.
    public init(_ event: Event, from recorded: RecordedEvent) {
        self.init(
            event,
            id: recorded.event.id,
            stream: recorded.stream,
            streamVersion: recorded.streamVersion,
            recordedAt: recorded.event.recordedAt,
            metadata: recorded.event.metadata
        )
    }
}
