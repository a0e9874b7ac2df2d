internal import NIOCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The time of day as a number, and as RFC 3339 text without the detour over a date formatter.
struct WallClock {
    /// Milliseconds since 1970.
    let milliseconds: Int64

    static func now() -> WallClock {
        var time = timespec()
        // clock_gettime(2) fails only for an unknown clock.
        clock_gettime(CLOCK_REALTIME, &time)
        return WallClock(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Appends `2026-03-01T15:00:00.123Z`.
    func write(into buffer: inout ByteBuffer) {
        let (days, rest) = self.milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let date = Self.civil(fromDays: days)
        buffer.writeDecimal(date.year, digits: 4)
        buffer.writeInteger(UInt8(ascii: "-"))
        buffer.writeDecimal(date.month, digits: 2)
        buffer.writeInteger(UInt8(ascii: "-"))
        buffer.writeDecimal(date.day, digits: 2)
        buffer.writeInteger(UInt8(ascii: "T"))
        buffer.writeDecimal(rest / 3_600_000, digits: 2)
        buffer.writeInteger(UInt8(ascii: ":"))
        buffer.writeDecimal(rest / 60_000 % 60, digits: 2)
        buffer.writeInteger(UInt8(ascii: ":"))
        buffer.writeDecimal(rest / 1000 % 60, digits: 2)
        buffer.writeInteger(UInt8(ascii: "."))
        buffer.writeDecimal(rest % 1000, digits: 3)
        buffer.writeInteger(UInt8(ascii: "Z"))
    }

    /// The Gregorian date, by Howard Hinnant's `civil_from_days`: years begin in March, so that leap days end them.
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension ByteBuffer {
    fileprivate mutating func writeDecimal(_ number: Int64, digits: Int) {
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            self.writeInteger(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / divisor % 10))
            divisor /= 10
        }
    }
}
