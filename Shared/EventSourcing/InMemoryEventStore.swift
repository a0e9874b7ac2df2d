internal import FoundationEssentials
internal import Synchronization

/// An event store that forgets when the process ends: the twin of the real one, for tests without a server.
public final class InMemoryEventStore: EventStore {
    private let log = Mutex<[RecordedEvent]>([])

    /// An empty store.
    public init() {}

    /// Appends events to a stream, all or none.
    public func append(
        _ events: [NewEvent],
        to stream: StreamName,
        expecting expected: ExpectedVersion
    ) async throws -> StreamVersion {
        try self.log.withLock { log in
            let version = log.last { $0.stream == stream }?.streamVersion ?? .empty
            guard expected.admits(version) else { throw EventStoreError(.versionConflict, stream: stream) }
            var known = Set(log.map(\.event.id))
            guard events.allSatisfy({ known.insert($0.id).inserted }) else {
                throw EventStoreError(.duplicateEvent, stream: stream)
            }
            for (offset, event) in events.enumerated() {
                let sequence = Int64(log.count + 1)
                log.append(
                    RecordedEvent(
                        position: GlobalPosition(transaction: UInt64(sequence), sequence: sequence),
                        stream: stream,
                        streamVersion: version.advanced(by: offset + 1),
                        event: event
                    )
                )
            }
            return version.advanced(by: events.count)
        }
    }

    /// Reads a stream in order.
    public func read(_ stream: StreamName, after version: StreamVersion) async throws -> [RecordedEvent] {
        self.log.withLock { $0.filter { $0.stream == stream && $0.streamVersion > version } }
    }

    /// Reads the log in order.
    public func readAll(after position: GlobalPosition, limit: Int) async throws -> [RecordedEvent] {
        self.log.withLock { Array($0.filter { $0.position > position }.prefix(limit)) }
    }
}
