public import FoundationEssentials

/// The log holds something that this program can not read: it is older than its data, or has lost an upcaster.
///
/// Whoever meets one stops and raises the alarm. The description names the event, never its content.
public struct EventCodingError: Error, CustomStringConvertible {
    /// What is wrong.
    public enum Code: String, Sendable {
        /// No payload of this name is known.
        case unknownType
        /// An older form without the step that lifts it.
        case missingUpcaster
        /// Written by a newer program.
        case fromTheFuture
        /// The bytes do not have the form that their name promises.
        case malformed
    }

    /// What is wrong.
    public let code: Code
    /// The event that can not be read.
    public let eventID: UUID
    /// Its wire name and version.
    public let type: String
    /// What the decoder said; it may quote the payload and must not be logged.
    public let underlying: (any Error)?

    init(_ code: Code, _ event: NewEvent, underlying: (any Error)? = nil) {
        self.code = code
        self.eventID = event.id
        self.type = "\(event.type) v\(event.schemaVersion)"
        self.underlying = underlying
    }

    /// Names the event, never its content.
    public var description: String {
        "event \(self.eventID.lowercased) (\(self.type)) can not be read: \(self.code.rawValue)"
    }
}
