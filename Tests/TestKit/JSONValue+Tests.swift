public import EventSourcing
internal import FoundationEssentials

// Documents written and read as tests like them.

extension JSONValue: ExpressibleByStringInterpolation {
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
}

extension JSONValue: ExpressibleByBooleanLiteral {
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSONValue: ExpressibleByNilLiteral {
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
}

extension JSONValue: ExpressibleByArrayLiteral {
    /// A list.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    /// Named members; of a name that comes twice the last counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { $1 })
    }
}

extension JSONValue {
    /// The text, if it is one.
    public var text: String? { if case .string(let text) = self { text } else { nil } }

    /// The whole number, if it is one.
    public var whole: Int? { if case .integer(let number) = self { Int(number) } else { nil } }

    /// The elements, if it is a list.
    public var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }

    /// The names of the members, if it is an object.
    public var names: Set<String>? { if case .object(let members) = self { Set(members.keys) } else { nil } }

    /// The document as JSON, the same bytes each time.
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return [UInt8](try encoder.encode(self))
    }
}
