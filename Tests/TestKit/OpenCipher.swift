public import EventSourcing
public import FoundationEssentials

/// A cipher that hides nothing, but binds every value to its field and event like the real one.
public struct OpenCipher: PersonalDataCipher {
    /// The sealed value was moved.
    public struct Moved: Error {}

    /// Makes one.
    public init() {}

    /// Writes the place before the value.
    public func seal(_ clear: [UInt8], field: String, event: UUID) throws -> [UInt8] {
        Self.place(field, event) + clear
    }

    /// Takes the place away, if it is this one.
    public func open(_ sealed: [UInt8], field: String, event: UUID) throws -> [UInt8] {
        let place = Self.place(field, event)
        guard sealed.starts(with: place) else { throw Moved() }
        return Array(sealed.dropFirst(place.count))
    }

    private static func place(_ field: String, _ event: UUID) -> [UInt8] {
        Array("\(event.lowercased)|\(field)|".utf8)
    }
}
