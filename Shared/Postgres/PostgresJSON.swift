/// A JSON document as bytes, for `json` and `jsonb`; its meaning is somebody else's business.
public struct PostgresJSON: Sendable, Equatable {
    /// The document in UTF-8.
    public var bytes: [UInt8]

    /// Wraps a document.
    ///
    /// - Parameter bytes: The document in UTF-8.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }
}

extension PostgresJSON: PostgresEncodable, PostgresDecodable {
    /// `jsonb`.
    public static var postgresType: PostgresType { .jsonb }

    /// Appends the document.
    public func encode(into encoder: inout PostgresEncoder) {
        encoder.append(self.bytes)
    }

    /// Reads the document.
    public init(postgres text: Span<UInt8>, type: PostgresType) throws {
        self.bytes = Array(copying: text)
    }
}

extension Array where Element == UInt8 {
    init(copying span: Span<UInt8>) {
        self = span.withUnsafeBufferPointer { Array($0) }
    }
}
