/// A value that can be a parameter of a statement.
public protocol PostgresEncodable: Sendable {
    /// The type the parameter is declared with.
    static var postgresType: PostgresType { get }

    /// Appends the value in PostgreSQL's text format.
    func encode(into encoder: inout PostgresEncoder)
}

/// Takes the text of values, one after the other, in one buffer.
public struct PostgresEncoder: Sendable {
    var bytes: [UInt8] = []
    var isNull = false

    /// Appends text.
    public mutating func append(_ text: String) {
        self.bytes.append(contentsOf: text.utf8)
    }

    /// Appends text that is UTF-8 already.
    public mutating func append(_ text: [UInt8]) {
        self.bytes.append(contentsOf: text)
    }

    /// Makes the value NULL, whatever else was appended for it.
    public mutating func appendNull() {
        self.isNull = true
    }
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    /// The type of the raw value.
    public static var postgresType: PostgresType { RawValue.postgresType }

    /// Appends the raw value.
    public func encode(into encoder: inout PostgresEncoder) {
        self.rawValue.encode(into: &encoder)
    }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    /// The type of the wrapped value.
    public static var postgresType: PostgresType { Wrapped.postgresType }

    /// Appends the value, or NULL.
    public func encode(into encoder: inout PostgresEncoder) {
        switch self {
        case .some(let value): value.encode(into: &encoder)
        case .none: encoder.appendNull()
        }
    }
}
