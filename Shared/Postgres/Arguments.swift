#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The parameters of a statement in text format, in one buffer, each followed by the NUL that libpq wants.
struct Arguments: Sendable {
    private(set) var types: [PostgresType] = []
    private(set) var offsets: [Int] = []
    private var encoder = PostgresEncoder()
    /// PostgreSQL has no U+0000; as a C string a value that contains one would arrive cut short.
    private(set) var containsNUL = false

    private static let null = -1

    var count: Int { self.types.count }

    var byteCount: Int { self.encoder.bytes.count }

    mutating func append<Value: PostgresEncodable>(_ value: Value) {
        let start = self.encoder.bytes.count
        self.encoder.isNull = false
        value.encode(into: &self.encoder)
        self.types.append(Value.postgresType)
        guard !self.encoder.isNull else {
            self.encoder.bytes.removeSubrange(start...)
            self.offsets.append(Self.null)
            return
        }
        self.offsets.append(start)
        self.containsNUL = self.containsNUL || self.encoder.bytes[start...].containsNUL
        self.encoder.bytes.append(0)
    }

    mutating func append(contentsOf others: Arguments) {
        let shift = self.encoder.bytes.count
        self.types.append(contentsOf: others.types)
        self.offsets.append(contentsOf: others.offsets.map { $0 == Self.null ? Self.null : $0 + shift })
        self.encoder.append(others.encoder.bytes)
        self.containsNUL = self.containsNUL || others.containsNUL
    }

    /// Lends the values as libpq wants them: one C string per parameter, a null pointer for NULL.
    func withCStrings<R>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R) -> R {
        self.encoder.bytes.withUnsafeBytes { bytes in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: self.offsets.count) { values in
                for (index, offset) in self.offsets.enumerated() {
                    let start = offset == Self.null ? nil : bytes.baseAddress?.advanced(by: offset)
                    values.initializeElement(at: index, to: start?.assumingMemoryBound(to: CChar.self))
                }
                return body(UnsafePointer(values.baseAddress))
            }
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var containsNUL: Bool {
        self.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            return memchr(start, 0, bytes.count) != nil
        }
    }
}
