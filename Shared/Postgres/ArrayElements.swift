public import struct FoundationEssentials.Date
public import struct FoundationEssentials.UUID

extension String: PostgresArrayElement {
    /// Inferred, as for a single text.
    public static var postgresArrayType: PostgresType { .inferred }
}

extension Bool: PostgresArrayElement {
    /// `boolean[]`.
    public static var postgresArrayType: PostgresType { .boolArray }
}

extension Int: PostgresArrayElement {
    /// `bigint[]`.
    public static var postgresArrayType: PostgresType { .int8Array }
}

extension Int64: PostgresArrayElement {
    /// `bigint[]`.
    public static var postgresArrayType: PostgresType { .int8Array }
}

extension Int32: PostgresArrayElement {
    /// `integer[]`.
    public static var postgresArrayType: PostgresType { .int4Array }
}

extension Int16: PostgresArrayElement {
    /// `smallint[]`.
    public static var postgresArrayType: PostgresType { .int2Array }
}

extension Double: PostgresArrayElement {
    /// `double precision[]`.
    public static var postgresArrayType: PostgresType { .float8Array }
}

extension UUID: PostgresArrayElement {
    /// `uuid[]`.
    public static var postgresArrayType: PostgresType { .uuidArray }
}

extension Date: PostgresArrayElement {
    /// `timestamptz[]`.
    public static var postgresArrayType: PostgresType { .timestamptzArray }
}

extension PostgresJSON: PostgresArrayElement {
    /// `jsonb[]`.
    public static var postgresArrayType: PostgresType { .jsonbArray }
}

extension Optional: PostgresArrayElement
where Wrapped: PostgresArrayElement & PostgresEncodable & PostgresDecodable {
    /// The array type of the wrapped value.
    public static var postgresArrayType: PostgresType { Wrapped.postgresArrayType }
}

extension UInt8: PostgresArrayElement {
    /// `bytea`.
    public static var postgresArrayType: PostgresType { .bytea }

    /// Appends bytes in bytea's hex format (manual, 8.4.1).
    public static func encode(_ array: [UInt8], into encoder: inout PostgresEncoder) {
        encoder.bytes.reserveCapacity(encoder.bytes.count + 2 + 2 * array.count)
        encoder.append("\\x")
        for byte in array { encoder.appendHex(byte) }
    }

    /// Reads bytea's hex format; of any other type (JSON, text) the bytes as they are.
    public static func decodeArray(_ text: Span<UInt8>, type: PostgresType) throws -> [UInt8] {
        guard type == .bytea else { return Array(copying: text) }
        guard text.count >= 2, text.count.isMultiple(of: 2), text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x")
        else { throw PostgresDecodingFailure("not bytea in hex format") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2 - 1)
        var index = 2
        while index < text.count {
            bytes.append(try text.hexByte(at: index))
            index += 2
        }
        return bytes
    }
}

extension PostgresEncoder {
    mutating func appendHex(_ byte: UInt8) {
        let digits: StaticString = "0123456789abcdef"
        self.bytes.append(digits.utf8Start[Int(byte >> 4)])
        self.bytes.append(digits.utf8Start[Int(byte & 15)])
    }
}

extension Span<UInt8> {
    /// The byte that two hexadecimal digits stand for.
    func hexByte(at index: Int) throws -> UInt8 {
        try self.hexDigit(at: index) << 4 | self.hexDigit(at: index + 1)
    }

    private func hexDigit(at index: Int) throws -> UInt8 {
        switch self[index] {
        case let byte where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case let byte where byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: throw PostgresDecodingFailure("not hexadecimal")
        }
    }
}
