internal import NIOCore

/// Numbers with units, as people write them: `64 KiB`, `10 s`.
enum RouteQuantity {
    /// `B`, `KiB`, `MiB` or `GiB`; up to 16 GiB.
    static func bytes(_ text: String) -> Int? {
        let shifts = ["B": 0, "KiB": 10, "MiB": 20, "GiB": 30]
        guard let (number, unit) = Self.parts(text), let shift = shifts[unit], number <= (16 << 30) >> shift else {
            return nil
        }
        return number << shift
    }

    /// `ms`, `s` or `min`; more than nothing, and up to an hour.
    static func time(_ text: String) -> TimeAmount? {
        let milliseconds = ["ms": 1, "s": 1000, "min": 60_000]
        guard let (number, unit) = Self.parts(text), let factor = milliseconds[unit],
            number > 0, number <= 3_600_000 / factor
        else { return nil }
        return .milliseconds(Int64(number * factor))
    }

    private static func parts(_ text: String) -> (Int, String)? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits) else { return nil }
        return (number, String(text[digits.endIndex...].drop { $0 == " " }))
    }
}
