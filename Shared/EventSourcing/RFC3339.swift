public import FoundationEssentials

/// Times as text: RFC 3339, in UTC, with milliseconds only where there are some (`2026-03-01T15:00:00Z`).
///
/// In whole numbers, because Foundation's style cuts fractions off instead of rounding them: a time that is written and read
/// again would lose a millisecond each time.
public enum RFC3339 {
    /// Writes a time, rounded to milliseconds; years before 1 and after 9999 count as these.
    public static func string(_ date: Date) -> String {
        let exact = (date.timeIntervalSince1970 * 1_000).rounded()
        let milliseconds = Int64(min(max(exact, -62_135_596_800_000), 253_402_300_799_999))
        let (day, time) = milliseconds.flooringQuotientAndRemainder(dividingBy: 86_400_000)
        let civil = CivilDate(daysSince1970: day)
        let (seconds, fraction) = time.quotientAndRemainder(dividingBy: 1_000)
        let clock = "\(two: seconds / 3_600):\(two: seconds / 60 % 60):\(two: seconds % 60)"
        return "\(civil)T\(clock)\(fraction == 0 ? "" : ".\(three: fraction)")Z"
    }

    /// Reads a time with any offset, to the millisecond; `nil` when the text is none.
    public static func date(_ text: String) -> Date? {
        var scanner = Scanner(text)
        guard
            let year = scanner.number(digits: 4), scanner.skip("-"),
            let month = scanner.number(digits: 2), scanner.skip("-"),
            let day = scanner.number(digits: 2), scanner.skip("T"),
            let civil = CivilDate(year: year, month: month, day: day),
            let hour = scanner.number(digits: 2), hour < 24, scanner.skip(":"),
            let minute = scanner.number(digits: 2), minute < 60, scanner.skip(":"),
            let second = scanner.number(digits: 2), second < 60,
            let (fraction, scale) = scanner.fraction(),
            let offset = scanner.offset(), scanner.isAtEnd
        else { return nil }
        let seconds = civil.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second - offset
        return Date(timeIntervalSince1970: Double(seconds * scale + fraction) / Double(scale))
    }
}

extension Date {
    /// The time as ``RFC3339`` would write it.
    ///
    /// What happens now is kept in events, as text, and in read models, as a timestamp. Rounded before, both hold the same.
    public var toTheMillisecond: Date {
        Date(timeIntervalSince1970: (self.timeIntervalSince1970 * 1_000).rounded() / 1_000)
    }
}

/// Takes a text apart from the left.
private struct Scanner {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        self.rest = text[...].utf8
    }

    var isAtEnd: Bool { self.rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard self.rest.first == UInt8(ascii: character) else { return false }
        self.rest.removeFirst()
        return true
    }

    mutating func digit() -> Int64? {
        guard let byte = self.rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= byte else { return nil }
        self.rest.removeFirst()
        return Int64(byte - UInt8(ascii: "0"))
    }

    mutating func number(digits: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<digits {
            guard let digit = self.digit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// `.125` as 125 of 1000, and nothing as 0 of 1; digits after the third are read, but do not count.
    mutating func fraction() -> (Int64, of: Int64)? {
        guard self.skip(".") else { return (0, 1) }
        guard var fraction = self.digit() else { return nil }
        var scale: Int64 = 10
        while let digit = self.digit() {
            guard scale < 1_000 else { continue }
            fraction = fraction * 10 + digit
            scale *= 10
        }
        return (fraction, scale)
    }

    /// `Z` or `+03:00`, in seconds east of UTC.
    mutating func offset() -> Int64? {
        if self.skip("Z") { return 0 }
        let isEast = self.skip("+")
        guard
            isEast || self.skip("-"),
            let hours = self.number(digits: 2), hours < 24, self.skip(":"),
            let minutes = self.number(digits: 2), minutes < 60
        else { return nil }
        return (isEast ? 1 : -1) * (hours * 3_600 + minutes * 60)
    }
}

extension DefaultStringInterpolation {
    fileprivate mutating func appendInterpolation(two number: Int64) {
        self.appendInterpolation(number < 10 ? "0\(number)" : "\(number)")
    }

    fileprivate mutating func appendInterpolation(three number: Int64) {
        self.appendInterpolation(number < 100 ? "0\(two: number)" : "\(number)")
    }
}
