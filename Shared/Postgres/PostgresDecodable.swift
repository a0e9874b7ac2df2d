/// A value that can be read from a column.
public protocol PostgresDecodable {
    /// Reads the value from PostgreSQL's text format.
    ///
    /// - Parameters:
    ///   - text: The bytes the server sent; valid only during the call.
    ///   - type: The column's type.
    /// - Throws: ``PostgresDecodingFailure`` or any error; the row adds the column's name.
    init(postgres text: Span<UInt8>, type: PostgresType) throws

    /// The value of NULL.
    ///
    /// - Throws: ``PostgresDecodingFailure`` unless the type is optional.
    static func postgresNull() throws -> Self
}

/// A text that is not a value of the expected type; it does not say which text, because that may be personal.
public struct PostgresDecodingFailure: Error {
    let reason: String

    /// Creates the failure.
    ///
    /// - Parameter reason: What was expected; must not contain the value.
    public init(_ reason: String) {
        self.reason = reason
    }
}

extension PostgresDecodable {
    /// Refuses NULL.
    public static func postgresNull() throws -> Self {
        throw PostgresDecodingFailure("unexpected NULL for \(Self.self)")
    }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    /// Reads the raw value.
    public init(postgres text: Span<UInt8>, type: PostgresType) throws {
        guard let value = Self(rawValue: try RawValue(postgres: text, type: type)) else {
            throw PostgresDecodingFailure("no case of \(Self.self)")
        }
        self = value
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// Reads the wrapped value.
    public init(postgres text: Span<UInt8>, type: PostgresType) throws {
        self = .some(try Wrapped(postgres: text, type: type))
    }

    /// `nil`.
    public static func postgresNull() throws -> Wrapped? { nil }
}
