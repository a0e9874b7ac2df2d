internal import EventSourcing
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
        let date = CivilDate(daysSince1970: days)
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
