/// What can be inside an array parameter or column.
///
/// `UInt8` is a special guest: `[UInt8]` is `bytea`.
public protocol PostgresArrayElement: Sendable {
    /// The type of the whole array.
    static var postgresArrayType: PostgresType { get }

    /// Appends the whole array in text format.
    static func encode(_ array: [Self], into encoder: inout PostgresEncoder)

    /// Reads the whole array from text format.
    static func decodeArray(_ text: Span<UInt8>, type: PostgresType) throws -> [Self]
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    /// The array type that belongs to the element.
    public static var postgresType: PostgresType { Element.postgresArrayType }

    /// Appends the whole array.
    public func encode(into encoder: inout PostgresEncoder) {
        Element.encode(self, into: &encoder)
    }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    /// Reads the whole array.
    public init(postgres text: Span<UInt8>, type: PostgresType) throws {
        self = try Element.decodeArray(text, type: type)
    }
}

extension PostgresArrayElement where Self: PostgresEncodable & PostgresDecodable {
    /// Appends `{"a","b",NULL}` (manual, 8.15.2): every element is quoted, so no text needs to be examined.
    public static func encode(_ array: [Self], into encoder: inout PostgresEncoder) {
        encoder.append("{")
        var element = PostgresEncoder()
        for (index, value) in array.enumerated() {
            if index > 0 { encoder.append(",") }
            element.bytes.removeAll(keepingCapacity: true)
            element.isNull = false
            value.encode(into: &element)
            if element.isNull {
                encoder.append("NULL")
            } else {
                encoder.appendQuoted(element.bytes)
            }
        }
        encoder.append("}")
    }

    /// Reads `{a,"b",NULL}`; one dimension only.
    public static func decodeArray(_ text: Span<UInt8>, type: PostgresType) throws -> [Self] {
        var reader = ArrayReader(bytes: Array<UInt8>(copying: text))
        return try reader.elements().map { element in
            // The element's own type is not sent; text of a known Swift type does not need it.
            guard let element else { return try Self.postgresNull() }
            return try Self(postgres: element.span, type: .inferred)
        }
    }
}

extension PostgresEncoder {
    fileprivate mutating func appendQuoted(_ text: [UInt8]) {
        self.bytes.append(UInt8(ascii: "\""))
        for byte in text {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { self.bytes.append(UInt8(ascii: "\\")) }
            self.bytes.append(byte)
        }
        self.bytes.append(UInt8(ascii: "\""))
    }
}

/// Splits the text of an array into the texts of its elements.
private struct ArrayReader {
    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func elements() throws -> [[UInt8]?] {
        try self.expect("{")
        if self.accept("}") { return [] }
        var elements: [[UInt8]?] = []
        repeat {
            elements.append(try self.element())
        } while self.accept(",")
        try self.expect("}")
        return elements
    }

    private mutating func element() throws -> [UInt8]? {
        if self.accept("\"") { return try self.quoted() }
        let start = self.position
        let ends: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "{")]
        while self.position < self.bytes.count, !ends.contains(self.bytes[self.position]) { self.position += 1 }
        let text = Array(self.bytes[start..<self.position])
        guard !text.isEmpty else { throw PostgresDecodingFailure("not a one-dimensional array") }
        return text == Array("NULL".utf8) ? nil : text
    }

    private mutating func quoted() throws -> [UInt8] {
        var text: [UInt8] = []
        while self.position < self.bytes.count {
            var byte = self.bytes[self.position]
            self.position += 1
            if byte == UInt8(ascii: "\"") { return text }
            if byte == UInt8(ascii: "\\"), self.position < self.bytes.count {
                byte = self.bytes[self.position]
                self.position += 1
            }
            text.append(byte)
        }
        throw PostgresDecodingFailure("an array that does not end")
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        guard self.position < self.bytes.count, self.bytes[self.position] == UInt8(ascii: character) else {
            return false
        }
        self.position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws {
        guard self.accept(character) else { throw PostgresDecodingFailure("not a one-dimensional array") }
    }
}
