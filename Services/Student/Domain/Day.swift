internal import EventSourcing
internal import FoundationEssentials

/// A day of somebody's calendar.
struct Day: Hashable, Comparable, Sendable {
    /// Days since 1 January 1970.
    let number: Int

    /// Counts days.
    init(number: Int) {
        self.number = number
    }

    /// The day that a moment falls on in a zone.
    init(of moment: Date, in zone: TimeZone) {
        let local = moment.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: moment))
        self.init(number: Int((local / 86_400).rounded(.down)))
    }

    /// The day `count` days later.
    func advanced(by count: Int) -> Day { Day(number: self.number + count) }

    static func < (left: Day, right: Day) -> Bool { left.number < right.number }
}

extension Day: Codable, CustomStringConvertible {
    /// The day as an ISO 8601 date, for example `2026-03-01`.
    var description: String { CivilDate(daysSince1970: Int64(self.number)).description }

    /// Reads an ISO 8601 date.
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let date = CivilDate(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a date")
        }
        self.init(number: Int(date.daysSince1970))
    }

    /// Writes an ISO 8601 date.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
