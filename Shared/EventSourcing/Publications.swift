internal import FoundationEssentials

/// What a service tells the others: pure functions from its own events to public ones.
public struct Publications: Sendable {
    private let maps: [String: @Sendable (RecordedEvent) throws -> [any PublicPayload]]
    private let source: String

    /// Publications of a service that has nothing to tell.
    public init(source: String) {
        self.init(source: source, maps: [:])
    }

    private init(source: String, maps: [String: @Sendable (RecordedEvent) throws -> [any PublicPayload]]) {
        self.source = source
        self.maps = maps
    }

    /// Adds the events of one aggregate.
    ///
    /// - Parameter map: One exhaustive switch. It sees events as anybody may read them: personal data reads as erased here,
    ///   and so can not leave the service by mistake.
    public func adding<A: Aggregate>(
        _ aggregate: A.Type,
        _ map: @escaping @Sendable (Recorded<A.Event>) -> [any PublicPayload]
    ) -> Publications {
        var maps = self.maps
        maps[A.category] = { recorded in
            map(Recorded(try A.Event.codec.decode(recorded.event), from: recorded))
        }
        return Publications(source: self.source, maps: maps)
    }

    /// What is to be published because of an event.
    ///
    /// The first public event keeps the identity of the fact; further ones get identities computed from it, so that
    /// publishing again after a crash repeats the same identities.
    ///
    /// - Parameter isWanted: Asked for the type of each; spares the work for those that nobody wants.
    /// - Throws: `EventCodingError` when the fact can not be read.
    public func publish(
        _ recorded: RecordedEvent,
        where isWanted: (_ type: String) -> Bool = { _ in true }
    ) throws -> [IntegrationEvent] {
        guard let map = self.maps[recorded.stream.category] else { return [] }
        return try map(recorded).enumerated().compactMap { index, payload in
            let type = Swift.type(of: payload).type
            guard isWanted(type) else { return nil }
            return IntegrationEvent(
                id: recorded.event.id.derived(index),
                type: type,
                schemaVersion: Swift.type(of: payload).schemaVersion,
                source: self.source,
                subject: recorded.stream,
                streamVersion: recorded.streamVersion,
                position: recorded.position,
                occurredAt: recorded.event.recordedAt,
                metadata: recorded.event.metadata,
                data: [UInt8](try JSONEncoder.wire().encode(payload))
            )
        }
    }
}

extension UUID {
    /// The identity of the `index`-th consequence of a fact; the 0th is the fact itself.
    func derived(_ index: Int) -> UUID {
        guard index > 0 else { return self }
        var bytes = self.uuid
        // Version 7 keeps its random part in the last eight bytes; mixing there leaves time and version alone.
        bytes.14 ^= UInt8(truncatingIfNeeded: index >> 8)
        bytes.15 ^= UInt8(truncatingIfNeeded: index)
        return UUID(uuid: bytes)
    }
}
