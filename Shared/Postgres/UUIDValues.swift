public import struct FoundationEssentials.UUID

extension UUID: PostgresEncodable, PostgresDecodable {
    /// `uuid`.
    public static var postgresType: PostgresType { .uuid }

    /// Appends the 36 characters, in lower case as the server writes them.
    public func encode(into encoder: inout PostgresEncoder) {
        withUnsafeBytes(of: self.uuid) { bytes in
            for (index, byte) in bytes.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 { encoder.append("-") }
                encoder.appendHex(byte)
            }
        }
    }

    /// Reads the 36 characters.
    public init(postgres text: Span<UInt8>, type: PostgresType) throws {
        guard text.count == 36 else { throw PostgresDecodingFailure("not a UUID") }
        var uuid = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)).uuid
        var position = 0
        for index in 0..<16 {
            if text[position] == UInt8(ascii: "-") { position += 1 }
            guard position < 35 else { throw PostgresDecodingFailure("not a UUID") }
            let byte = try text.hexByte(at: position)
            withUnsafeMutableBytes(of: &uuid) { $0[index] = byte }
            position += 2
        }
        self = UUID(uuid: uuid)
    }
}
