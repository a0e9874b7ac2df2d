/// The log of one service: streams that only grow.
///
/// One suite of tests holds every implementation against this contract.
public protocol EventStore: Sendable {
    /// Appends events to a stream, all or none.
    ///
    /// - Returns: The version of the stream afterwards.
    /// - Throws: ``EventStoreError`` with code `versionConflict` when the stream is not where the writer believed.
    @discardableResult
    func append(
        _ events: [NewEvent],
        to stream: StreamName,
        expecting expected: ExpectedVersion
    ) async throws -> StreamVersion

    /// Reads a stream in order, from the event after `version`.
    func read(_ stream: StreamName, after version: StreamVersion) async throws -> [RecordedEvent]

    /// Reads the log in order, from the event after `position`; never past an event that may still become visible.
    func readAll(after position: GlobalPosition, limit: Int) async throws -> [RecordedEvent]
}

/// Why an event store refused.
public struct EventStoreError: Error, Equatable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: String, Sendable {
        /// Somebody else appended first. Read again and decide again.
        case versionConflict
        /// An event of this identity is in the log already.
        case duplicateEvent
    }

    /// What went wrong.
    public let code: Code
    /// The stream that was to grow.
    public let stream: StreamName

    /// Describes a refusal.
    public init(_ code: Code, stream: StreamName) {
        self.code = code
        self.stream = stream
    }

    /// Names the stream, never its content.
    public var description: String { "\(self.code.rawValue) on \(self.stream)" }
}
