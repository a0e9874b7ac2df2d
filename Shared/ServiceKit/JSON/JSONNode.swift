/// A JSON document that a client sent.
indirect enum JSONNode: Equatable {
    case null
    case bool(Bool)
    /// The number as it was written; what it means depends on the field it is for.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([String: JSONNode])

    /// The kind, as people call it.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// Why bytes are not a JSON document that we read.
enum JSONParseError: String, Error {
    case syntax = "is not valid JSON"
    case encoding = "is not valid UTF-8"
    case tooDeep = "is nested too deeply"
    case tooMany = "holds too many values"
    /// PostgreSQL stores any text but this character.
    case nul = "holds the character U+0000"
    case duplicateKey = "names a field twice"
}
