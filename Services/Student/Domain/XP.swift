/// An amount of experience.
///
/// 128 bits wide: with the usual settings the way to level 90 already outgrows 64 bits.
struct XP: Hashable, Comparable, Sendable {
    /// The number of points.
    let points: Int128

    /// Wraps a number of points.
    init(_ points: Int128) {
        self.points = points
    }

    static let zero = XP(0)

    static func < (left: XP, right: XP) -> Bool { left.points < right.points }
    static func + (left: XP, right: XP) -> XP { XP(left.points + right.points) }
    static func - (left: XP, right: XP) -> XP { XP(left.points - right.points) }
    static func += (left: inout XP, right: XP) { left = left + right }
    static func -= (left: inout XP, right: XP) { left = left - right }
}

extension XP: CustomStringConvertible {
    /// The number as text, the form in which Postgres takes a `numeric`.
    var description: String { String(self.points) }

    /// Reads what ``description`` wrote; `nil` for anything else.
    init?(_ text: String) {
        guard let points = Int128(text) else { return nil }
        self.init(points)
    }
}

extension XP: Codable {
    /// The largest number that every JSON reader keeps exactly (RFC 8259, section 6).
    private static let exactInJSON: Int128 = 1 << 53

    /// Reads a number, or a text that holds one.
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            guard let points = Int128(text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a number")
            }
            self.init(points)
        } else {
            self.init(Int128(try container.decode(Int64.self)))
        }
    }

    /// Writes a number while it is exact for every reader, and a text beyond.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if self.points.magnitude <= Self.exactInJSON.magnitude, let number = Int64(exactly: self.points) {
            try container.encode(number)
        } else {
            try container.encode(self.description)
        }
    }
}
