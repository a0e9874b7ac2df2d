internal import FoundationEssentials

/// A piece of personal data inside an event: readable as long as the person's key exists.
///
/// In the log it is ciphertext under a key of the person's own. Erasing a person deletes the key, after which the same bytes
/// read as ``erased``: not as an error, because history must stay readable, and not as an empty value, because "no phone
/// number" and "nobody may know" are different facts.
public enum Personal<Value: Codable & Equatable & Sendable>: Equatable, Sendable {
    /// The value.
    case known(Value)
    /// The person was erased.
    case erased

    /// The value, or `nil` when the person was erased.
    public var value: Value? {
        switch self {
        case .known(let value): value
        case .erased: nil
        }
    }
}

extension Personal: Codable {
    /// Opens the value; without the person's key it reads as ``erased``.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let sealed = try container.decode(Data.self)
        guard let context = decoder.userInfo[.personalData] as? PersonalDataContext, let cipher = context.cipher else {
            self = .erased
            return
        }
        let field = PersonalDataContext.field(decoder.codingPath)
        let clear = try cipher.open([UInt8](sealed), field: field, event: context.event)
        self = .known(try JSONDecoder.wire().decode(Value.self, from: Data(clear)))
    }

    /// Seals the value; without the person's key it refuses.
    public func encode(to encoder: any Encoder) throws {
        guard case .known(let value) = self else {
            throw EncodingError.invalidValue(self, .init(codingPath: encoder.codingPath, debugDescription: "erased"))
        }
        guard let context = encoder.userInfo[.personalData] as? PersonalDataContext, let cipher = context.cipher else {
            // Without a cipher the clear text would end in the log for ever.
            throw EncodingError.invalidValue(
                Self.self,
                .init(codingPath: encoder.codingPath, debugDescription: "personal data needs a cipher")
            )
        }
        let clear = [UInt8](try JSONEncoder.wire().encode(value))
        let field = PersonalDataContext.field(encoder.codingPath)
        var container = encoder.singleValueContainer()
        try container.encode(Data(try cipher.seal(clear, field: field, event: context.event)))
    }
}

extension Personal: CustomStringConvertible, CustomDebugStringConvertible {
    /// Says that there is something, not what: whatever is described may end in a log.
    public var description: String {
        switch self {
        case .known: "personal"
        case .erased: "erased"
        }
    }

    /// The same.
    public var debugDescription: String { self.description }
}
