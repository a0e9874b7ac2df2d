public import FoundationEssentials

/// Times as text: RFC 3339, in UTC, with milliseconds only where there are some (`2026-03-01T15:00:00Z`).
public enum RFC3339 {
    private static let whole = Date.ISO8601FormatStyle()
    private static let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    /// Writes a time, rounded down to milliseconds.
    public static func string(_ date: Date) -> String {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        let rounded = Date(timeIntervalSince1970: milliseconds / 1000)
        let isWhole = milliseconds.truncatingRemainder(dividingBy: 1000) == 0
        return isWhole ? Self.whole.format(rounded) : Self.fractional.format(rounded)
    }

    /// Reads a time with any offset; `nil` when the text is none.
    public static func date(_ text: String) -> Date? {
        // The parser of the format style reads a prefix; a time followed by anything else is not a time.
        guard let last = text.utf8.last, last == UInt8(ascii: "Z") || (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= last,
            text.utf8.count <= 35
        else { return nil }
        let style = text.utf8.contains(UInt8(ascii: ".")) ? Self.fractional : Self.whole
        return try? style.parse(text)
    }
}
