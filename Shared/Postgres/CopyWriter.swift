/// Takes the rows of a COPY in text format (manual, COPY, "Text Format").
public struct CopyWriter: ~Copyable {
    private let send: ([UInt8]) throws -> Void
    private var buffer: [UInt8] = []
    private var value = PostgresEncoder()

    private static let pieceSize = 65_536

    init(send: @escaping ([UInt8]) throws -> Void) {
        self.send = send
        self.buffer.reserveCapacity(Self.pieceSize + 4_096)
    }

    /// Writes one row, value by value in the order of the columns.
    ///
    /// - Parameter values: One value per column.
    /// - Throws: ``PostgresError`` when the connection is lost.
    public mutating func row<each Value: PostgresEncodable>(_ values: repeat each Value) throws {
        var isFirst = true
        for value in repeat each values {
            if !isFirst { self.buffer.append(UInt8(ascii: "\t")) }
            isFirst = false
            self.append(value)
        }
        self.buffer.append(UInt8(ascii: "\n"))
        if self.buffer.count >= Self.pieceSize { try self.flush() }
    }

    mutating func flush() throws {
        guard !self.buffer.isEmpty else { return }
        try self.send(self.buffer)
        self.buffer.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ value: some PostgresEncodable) {
        self.value.bytes.removeAll(keepingCapacity: true)
        self.value.isNull = false
        value.encode(into: &self.value)
        guard !self.value.isNull else {
            self.buffer.append(UInt8(ascii: "\\"))
            self.buffer.append(UInt8(ascii: "N"))
            return
        }
        for byte in self.value.bytes {
            switch byte {
            case UInt8(ascii: "\\"): self.appendEscaped("\\")
            case UInt8(ascii: "\n"): self.appendEscaped("n")
            case UInt8(ascii: "\r"): self.appendEscaped("r")
            case UInt8(ascii: "\t"): self.appendEscaped("t")
            default: self.buffer.append(byte)
            }
        }
    }

    private mutating func appendEscaped(_ character: Unicode.Scalar) {
        self.buffer.append(UInt8(ascii: "\\"))
        self.buffer.append(UInt8(ascii: character))
    }
}
