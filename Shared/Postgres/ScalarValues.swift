extension String: PostgresEncodable, PostgresDecodable {
    /// Inferred, so that text fits any column: `text`, `uuid`, `jsonb`, an enum.
    public static var postgresType: PostgresType { .inferred }

    /// Appends the text.
    public func encode(into encoder: inout PostgresEncoder) {
        encoder.append(self)
    }

    /// Reads any value as text.
    public init(postgres text: Span<UInt8>, type: PostgresType) throws {
        self = String(copying: try UTF8Span(validating: text))
    }
}

extension Bool: PostgresEncodable, PostgresDecodable {
    /// `boolean`.
    public static var postgresType: PostgresType { .bool }

    /// Appends `t` or `f`.
    public func encode(into encoder: inout PostgresEncoder) {
        encoder.append(self ? "t" : "f")
    }

    /// Reads `t` or `f`.
    public init(postgres text: Span<UInt8>, type: PostgresType) throws {
        guard text.count == 1, text[0] == UInt8(ascii: "t") || text[0] == UInt8(ascii: "f") else {
            throw PostgresDecodingFailure("not a boolean")
        }
        self = text[0] == UInt8(ascii: "t")
    }
}

extension Double: PostgresEncodable, PostgresDecodable {
    /// `double precision`.
    public static var postgresType: PostgresType { .float8 }

    /// Appends the shortest text that reads back as the same number.
    public func encode(into encoder: inout PostgresEncoder) {
        encoder.append(self.isNaN ? "NaN" : self.isInfinite ? (self < 0 ? "-Infinity" : "Infinity") : "\(self)")
    }

    /// Reads a number of any numeric type, possibly rounding it.
    public init(postgres text: Span<UInt8>, type: PostgresType) throws {
        guard let value = Double(try String(postgres: text, type: type)) else {
            throw PostgresDecodingFailure("not a number")
        }
        self = value
    }
}

extension Int: PostgresEncodable, PostgresDecodable {
    /// `bigint`.
    public static var postgresType: PostgresType { .int8 }
}

extension Int64: PostgresEncodable, PostgresDecodable {
    /// `bigint`.
    public static var postgresType: PostgresType { .int8 }
}

extension Int32: PostgresEncodable, PostgresDecodable {
    /// `integer`.
    public static var postgresType: PostgresType { .int4 }
}

extension Int16: PostgresEncodable, PostgresDecodable {
    /// `smallint`.
    public static var postgresType: PostgresType { .int2 }
}

extension FixedWidthInteger where Self: PostgresEncodable {
    /// Appends the decimal digits.
    public func encode(into encoder: inout PostgresEncoder) {
        encoder.append(String(self))
    }
}

extension FixedWidthInteger where Self: SignedInteger {
    /// Reads decimal digits.
    public init(postgres text: Span<UInt8>, type: PostgresType) throws {
        let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
        var value: Self = 0
        var index = isNegative ? 1 : 0
        guard index < text.count else { throw PostgresDecodingFailure("not an integer") }
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { throw PostgresDecodingFailure("not an integer") }
            // Counted downwards, because the most negative number has no positive twin.
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (difference, tooSmall) = product.subtractingReportingOverflow(Self(digit))
            guard !tooLarge && !tooSmall else { throw PostgresDecodingFailure("out of range for \(Self.self)") }
            value = difference
            index += 1
        }
        guard !isNegative else {
            self = value
            return
        }
        let (positive, tooLarge) = Self(0).subtractingReportingOverflow(value)
        guard !tooLarge else { throw PostgresDecodingFailure("out of range for \(Self.self)") }
        self = positive
    }
}
