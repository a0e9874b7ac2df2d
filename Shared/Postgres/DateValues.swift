public import struct FoundationEssentials.Date

extension Date: PostgresEncodable, PostgresDecodable {
    /// `timestamptz`.
    public static var postgresType: PostgresType { .timestamptz }

    /// Appends the instant in UTC, rounded to the server's microseconds.
    public func encode(into encoder: inout PostgresEncoder) {
        // Outside of what fits there is nothing sensible to write: the server refuses the text, and so the statement.
        guard let microseconds = Int64(exactly: (self.timeIntervalSince1970 * 1_000_000).rounded()) else {
            encoder.append("out of range")
            return
        }
        let (days, rest) = microseconds.flooredDivision(by: 86_400_000_000)
        let (year, month, day) = civil(daysSince1970: days)
        encoder.appendPadded(year > 0 ? year : 1 - year, 4)
        encoder.append("-")
        encoder.appendPadded(month, 2)
        encoder.append("-")
        encoder.appendPadded(day, 2)
        encoder.append(" ")
        encoder.appendPadded(rest / 3_600_000_000, 2)
        encoder.append(":")
        encoder.appendPadded(rest / 60_000_000 % 60, 2)
        encoder.append(":")
        encoder.appendPadded(rest / 1_000_000 % 60, 2)
        encoder.append(".")
        encoder.appendPadded(rest % 1_000_000, 6)
        encoder.append(year > 0 ? "+00" : "+00 BC")
    }

    /// Reads `2026-11-21 05:59:59.123456+00`, the ISO style in UTC that every connection asks for.
    public init(postgres text: Span<UInt8>, type: PostgresType) throws {
        var reader = DigitReader(position: 0)
        let year = try reader.number(in: text, until: UInt8(ascii: "-"))
        let month = try reader.number(in: text, until: UInt8(ascii: "-"))
        let day = try reader.number(in: text, until: UInt8(ascii: " "))
        let hour = try reader.number(in: text, until: UInt8(ascii: ":"))
        let minute = try reader.number(in: text, until: UInt8(ascii: ":"))
        let second = try reader.digits(in: text).value
        var microseconds: Int64 = 0
        if reader.accept(UInt8(ascii: "."), in: text) {
            var (value, count) = try reader.digits(in: text)
            while count < 6 { (value, count) = (value * 10, count + 1) }
            microseconds = value
        }
        guard reader.accept("+00", in: text) else { throw PostgresDecodingFailure("not a timestamptz in UTC") }
        let isBeforeChrist = reader.accept(" BC", in: text)
        guard reader.position == text.count, (1...12).contains(month) else {
            throw PostgresDecodingFailure("not a timestamptz in UTC")
        }
        let days = daysSince1970(year: isBeforeChrist ? 1 - year : year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second
        self = Date(timeIntervalSince1970: Double(seconds) + Double(microseconds) / 1_000_000)
    }
}

/// Year, month and day of a day, in the proleptic Gregorian calendar, by Howard Hinnant's `civil_from_days`.
private func civil(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
}

/// The reverse: Howard Hinnant's `days_from_civil`.
private func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooredDivision(by: 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

extension Int64 {
    /// Quotient and remainder where the remainder is never negative.
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension PostgresEncoder {
    fileprivate mutating func appendPadded(_ number: Int64, _ width: Int) {
        let digits = String(number)
        for _ in 0..<max(0, width - digits.utf8.count) { self.append("0") }
        self.append(digits)
    }
}

private struct DigitReader {
    var position: Int

    mutating func digits(in text: Span<UInt8>) throws -> (value: Int64, count: Int) {
        var value: Int64 = 0
        let start = self.position
        while self.position < text.count, text[self.position] &- UInt8(ascii: "0") < 10 {
            value = value * 10 + Int64(text[self.position] - UInt8(ascii: "0"))
            self.position += 1
        }
        let count = self.position - start
        // Seven digits hold every year and every fraction the server knows.
        guard (1...7).contains(count) else { throw PostgresDecodingFailure("not a timestamptz") }
        return (value, count)
    }

    mutating func number(in text: Span<UInt8>, until end: UInt8) throws -> Int64 {
        let value = try self.digits(in: text).value
        guard self.accept(end, in: text) else { throw PostgresDecodingFailure("not a timestamptz") }
        return value
    }

    mutating func accept(_ byte: UInt8, in text: Span<UInt8>) -> Bool {
        guard self.position < text.count, text[self.position] == byte else { return false }
        self.position += 1
        return true
    }

    mutating func accept(_ word: StaticString, in text: Span<UInt8>) -> Bool {
        let start = self.position
        for index in 0..<word.utf8CodeUnitCount {
            guard self.accept(word.utf8Start[index], in: text) else {
                self.position = start
                return false
            }
        }
        return true
    }
}
