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
    /// The first public event keeps the identity of the fact; further ones get identities computed from it and from their
    /// type, so that publishing again after a crash repeats the same identities. What a new version has to add goes behind
    /// the first: then everything that was published before keeps its identity.
    ///
    /// - Parameter isWanted: Asked for the type of each; spares the work for those that nobody wants.
    /// - Throws: `EventCodingError` when the fact can not be read.
    public func publish(
        _ recorded: RecordedEvent,
        where isWanted: (_ type: String) -> Bool = { _ in true }
    ) throws -> [IntegrationEvent] {
        guard let map = self.maps[recorded.stream.category] else { return [] }
        var counts: [String: Int] = [:]
        return try map(recorded).enumerated().compactMap { index, payload in
            let type = Swift.type(of: payload).type
            counts[type, default: 0] += 1
            guard isWanted(type) else { return nil }
            return IntegrationEvent(
                id: index == 0 ? recorded.event.id : recorded.event.id.derived("\(type)#\(counts[type, default: 0])"),
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
    /// The identity of a consequence of a fact.
    ///
    /// The name is mixed in as FNV-1a hashes it (draft-eastlake-fnv).
    func derived(_ name: String) -> UUID {
        let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        var id = self
        // Version 7 keeps its random part in the last eight bytes, behind two bits: mixing there leaves time and version alone.
        withUnsafeMutableBytes(of: &id) { bytes in
            for place in 9..<16 { bytes[place] ^= UInt8(truncatingIfNeeded: hash >> (8 * (15 - place))) }
        }
        return id
    }
}
