/// Reads JSON (RFC 8259) from clients that may be hostile.
///
/// Stricter than the parsers of Foundation in three ways that matter to security: an object may not name a member twice
/// (parsers disagree on which one counts, and attackers live on that); nesting is limited, so that no document can
/// exhaust the stack; and so is the number of values, since each of them costs far more than its bytes.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let maximumDepth: Int
    private var remainingValues: Int
    private var position = 0

    /// Parses a whole document.
    static func parse(
        _ bytes: [UInt8],
        maximumDepth: Int = 32,
        maximumValues: Int = 10_000
    ) throws(JSONParseError) -> JSONNode {
        let result = bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(JSONParseError) in
                var parser = JSONParser(bytes: buffer, maximumDepth: maximumDepth, maximumValues: maximumValues)
                return try parser.document()
            }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int, maximumValues: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        self.remainingValues = maximumValues
    }

    private mutating func document() throws(JSONParseError) -> JSONNode {
        let node = try self.value(depth: 0)
        self.skipWhitespace()
        guard self.position == self.bytes.count else { throw .syntax }
        return node
    }

    private mutating func value(depth: Int) throws(JSONParseError) -> JSONNode {
        guard self.remainingValues > 0 else { throw .tooMany }
        self.remainingValues -= 1
        self.skipWhitespace()
        switch self.peek() {
        case UInt8(ascii: "{"): return try self.object(depth: depth + 1)
        case UInt8(ascii: "["): return try self.array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "t"): return try self.word("true", .bool(true))
        case UInt8(ascii: "f"): return try self.word("false", .bool(false))
        case UInt8(ascii: "n"): return try self.word("null", .null)
        default: return .number(try self.number())
        }
    }

    private mutating func object(depth: Int) throws(JSONParseError) -> JSONNode {
        guard depth <= self.maximumDepth else { throw .tooDeep }
        self.position += 1
        var members: [String: JSONNode] = [:]
        self.skipWhitespace()
        if self.skip(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            self.skipWhitespace()
            guard self.peek() == UInt8(ascii: "\"") else { throw .syntax }
            let name = try self.string()
            self.skipWhitespace()
            guard self.skip(UInt8(ascii: ":")) else { throw .syntax }
            let value = try self.value(depth: depth)
            guard members.updateValue(value, forKey: name) == nil else { throw .duplicateKey }
            self.skipWhitespace()
        } while self.skip(UInt8(ascii: ","))
        guard self.skip(UInt8(ascii: "}")) else { throw .syntax }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONParseError) -> JSONNode {
        guard depth <= self.maximumDepth else { throw .tooDeep }
        self.position += 1
        var elements: [JSONNode] = []
        self.skipWhitespace()
        if self.skip(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try self.value(depth: depth))
            self.skipWhitespace()
        } while self.skip(UInt8(ascii: ","))
        guard self.skip(UInt8(ascii: "]")) else { throw .syntax }
        return .array(elements)
    }

    private mutating func word(_ word: StaticString, _ node: JSONNode) throws(JSONParseError) -> JSONNode {
        let end = self.position + word.utf8CodeUnitCount
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard end <= self.bytes.count, self.bytes[self.position..<end].elementsEqual(expected) else { throw .syntax }
        self.position = end
        return node
    }

    /// `[ "-" ] int [ frac ] [ exp ]`, section 6.
    private mutating func number() throws(JSONParseError) -> String {
        let start = self.position
        _ = self.skip(UInt8(ascii: "-"))
        if !self.skip(UInt8(ascii: "0")) { try self.digits() }
        if self.skip(UInt8(ascii: ".")) { try self.digits() }
        if self.skip(UInt8(ascii: "e")) || self.skip(UInt8(ascii: "E")) {
            if !self.skip(UInt8(ascii: "+")) { _ = self.skip(UInt8(ascii: "-")) }
            try self.digits()
        }
        return String(decoding: self.bytes[start..<self.position], as: UTF8.self)
    }

    private mutating func digits() throws(JSONParseError) {
        let start = self.position
        while let byte = self.peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { self.position += 1 }
        guard self.position > start else { throw .syntax }
    }

    /// A string; the position is at its opening quote.
    private mutating func string() throws(JSONParseError) -> String {
        self.position += 1
        let start = self.position
        while let byte = self.peek(), byte >= 0x20, byte != UInt8(ascii: "\\") {
            if byte == UInt8(ascii: "\"") {
                let text = try Self.text(self.bytes[start..<self.position])
                self.position += 1
                return text
            }
            self.position += 1
        }
        return try self.escapedString(Array(self.bytes[start..<self.position]))
    }

    /// The rest of a string that has escapes, after its plain beginning.
    private mutating func escapedString(_ beginning: [UInt8]) throws(JSONParseError) -> String {
        var content = beginning
        while let byte = self.peek(), byte >= 0x20 {
            self.position += 1
            if byte == UInt8(ascii: "\"") { return try Self.text(content[...]) }
            if byte == UInt8(ascii: "\\") {
                content.append(contentsOf: String(try self.escape()).utf8)
            } else {
                content.append(byte)
            }
        }
        throw .syntax
    }

    /// What follows a backslash.
    private mutating func escape() throws(JSONParseError) -> Unicode.Scalar {
        guard let byte = self.peek() else { throw .syntax }
        self.position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try self.unicodeEscape()
        default: throw .syntax
        }
    }

    /// Four hexadecimal digits; a surrogate must be followed by its other half.
    private mutating func unicodeEscape() throws(JSONParseError) -> Unicode.Scalar {
        let unit = try self.hexadecimalUnit()
        guard unit != 0 else { throw .nul }
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), self.skip(UInt8(ascii: "\\")), self.skip(UInt8(ascii: "u")) else {
            throw .encoding
        }
        let trail = try self.hexadecimalUnit()
        guard UTF16.isTrailSurrogate(trail) else { throw .encoding }
        let value = 0x10000 + (UInt32(unit & 0x3FF) << 10) + UInt32(trail & 0x3FF)
        guard let scalar = Unicode.Scalar(value) else { throw .encoding }
        return scalar
    }

    private mutating func hexadecimalUnit() throws(JSONParseError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = self.peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw .syntax
            }
            unit = unit << 4 | UInt16(digit)
            self.position += 1
        }
        return unit
    }

    private static func text(_ bytes: some Sequence<UInt8>) throws(JSONParseError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .encoding }
        return text
    }

    private func peek() -> UInt8? {
        self.position < self.bytes.count ? self.bytes[self.position] : nil
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard self.peek() == byte else { return false }
        self.position += 1
        return true
    }

    private mutating func skipWhitespace() {
        while let byte = self.peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            self.position += 1
        }
    }
}
