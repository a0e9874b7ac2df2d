/// A date of the Gregorian calendar, which is taken to have been valid for ever.
///
/// The arithmetic is that of Howard Hinnant's *chrono-Compatible Low-Level Date Algorithms*: years begin in March, so that
/// the leap day comes last.
public struct CivilDate: Hashable, Sendable {
    /// From 1 to 9999 in texts.
    public let year: Int64
    /// From 1 to 12.
    public let month: Int64
    /// From 1 to 31.
    public let day: Int64

    /// The date so many days after 1 January 1970.
    public init(daysSince1970 days: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooringQuotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        self.month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        self.year = era * 400 + yearOfEra + (self.month <= 2 ? 1 : 0)
    }

    /// A date by its parts; `nil` when the calendar has none such.
    public init?(year: Int64, month: Int64, day: Int64) {
        guard (1...9_999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        self.year = year
        self.month = month
        self.day = day
        guard CivilDate(daysSince1970: self.daysSince1970) == self else { return nil }
    }

    /// How many days after 1 January 1970.
    public var daysSince1970: Int64 {
        let year = self.month <= 2 ? self.year - 1 : self.year
        let (era, yearOfEra) = year.flooringQuotientAndRemainder(dividingBy: 400)
        let monthFromMarch = self.month > 2 ? self.month - 3 : self.month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + self.day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension CivilDate: CustomStringConvertible {
    /// The date as in ISO 8601, for example `2026-03-01`.
    public var description: String {
        func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(self.year, 4))-\(padded(self.month, 2))-\(padded(self.day, 2))"
    }

    /// Reads what ``description`` wrote; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard
            parts.map(\.count) == [4, 2, 2],
            text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }),
            let year = Int64(Substring(parts[0])), let month = Int64(Substring(parts[1])),
            let day = Int64(Substring(parts[2]))
        else { return nil }
        self.init(year: year, month: month, day: day)
    }
}

extension Int64 {
    /// The quotient rounded down, and a remainder that is never negative.
    func flooringQuotientAndRemainder(dividingBy divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
