public import FoundationEssentials

/// Turns stored events into the cases of a ``DomainEvent``, and back.
public struct EventCodec<Event: Sendable>: Sendable {
    /// Decodes one kind of payload.
    fileprivate typealias Decode = @Sendable (JSONDecoder, Data) throws -> Event

    private var kinds: [String: (schemaVersion: Int, decode: Decode)] = [:]
    private var upcasters: [String: [Int: Upcaster]] = [:]

    /// A codec that knows no event yet.
    public init() {}

    /// The wire names it knows, sorted.
    public var types: [String] { self.kinds.keys.sorted() }

    /// Adds a kind of event.
    ///
    /// - Parameter embed: The case of the enumeration, for example `LessonEvent.completed`.
    public func adding<Payload: EventPayload>(
        _ payload: Payload.Type = Payload.self,
        _ embed: @escaping @Sendable (Payload) -> Event
    ) -> EventCodec {
        precondition(self.kinds[Payload.type] == nil, "two payloads claim the name \(Payload.type)")
        var copy = self
        copy.kinds[Payload.type] = (Payload.schemaVersion, { embed(try $0.decode(Payload.self, from: $1)) })
        return copy
    }

    /// Adds the step that lifts payloads of one version to the next.
    public func upcasting(_ type: String, from version: Int, _ upcaster: @escaping Upcaster) -> EventCodec {
        var copy = self
        copy.upcasters[type, default: [:]][version] = upcaster
        return copy
    }

    /// Decodes what was read from the log.
    ///
    /// - Parameter cipher: Opens the personal data in it; without one, such fields read as erased.
    /// - Throws: ``EventCodingError``: a log that can not be read is a defect, never something to skip.
    public func decode(_ stored: NewEvent, cipher: (any PersonalDataCipher)? = nil) throws -> Event {
        guard let kind = self.kinds[stored.type] else { throw EventCodingError(.unknownType, stored) }
        var data = Data(stored.data)
        do {
            for version in stored.schemaVersion..<max(kind.schemaVersion, stored.schemaVersion) {
                guard let upcaster = self.upcasters[stored.type]?[version] else {
                    throw EventCodingError(.missingUpcaster, stored)
                }
                data = try JSONValue.transform(data, upcaster)
            }
            guard stored.schemaVersion <= kind.schemaVersion else { throw EventCodingError(.fromTheFuture, stored) }
            let decoder = JSONDecoder.wire()
            decoder.userInfo[.personalData] = PersonalDataContext(cipher: cipher, event: stored.id)
            return try kind.decode(decoder, data)
        } catch let error as EventCodingError {
            throw error
        } catch {
            throw EventCodingError(.malformed, stored, underlying: error)
        }
    }
}

extension EventPayload {
    /// Writes the payload as it is stored.
    ///
    /// - Parameters:
    ///   - event: The identity of the event that carries it; sealed fields are bound to it.
    ///   - cipher: Seals the personal data in it. A payload that has some can not be written without one.
    public func encoded(event: UUID, cipher: (any PersonalDataCipher)? = nil) throws -> [UInt8] {
        let encoder = JSONEncoder.wire()
        encoder.userInfo[.personalData] = PersonalDataContext(cipher: cipher, event: event)
        return [UInt8](try encoder.encode(self))
    }
}
