/// The content of one kind of event, as it is written to the log.
///
/// Names are part of the wire format: they are spelled out as constants, and a golden file guards the bytes, so that renaming
/// a Swift type never changes what is stored.
public protocol EventPayload: Codable, Equatable, Sendable {
    /// The wire name, for example `lesson.completed`.
    static var type: String { get }
    /// The version of this form; 1 unless older events need an upcaster.
    static var schemaVersion: Int { get }
}

extension EventPayload {
    /// The first form.
    public static var schemaVersion: Int { 1 }
}

/// Everything that can happen to one kind of aggregate: an enumeration with one payload per case.
public protocol DomainEvent: Equatable, Sendable {
    /// How stored events become cases.
    static var codec: EventCodec<Self> { get }
    /// The payload of this case.
    var payload: any EventPayload { get }
}
