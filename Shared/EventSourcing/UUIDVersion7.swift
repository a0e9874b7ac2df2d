public import FoundationEssentials
internal import Synchronization

extension UUID {
    /// The last time stamp handed out, in 1/4096 milliseconds since 1970.
    private static let lastTick = Mutex<UInt64>(0)

    /// A new time-ordered identifier: version 7 of RFC 9562, section 5.7.
    ///
    /// Identifiers of one process rise strictly (method 3 of section 6.2: twelve bits of sub-millisecond time), so an index
    /// over them grows at its end and a list sorted by them is sorted by time.
    ///
    /// - Parameter now: The time it is to carry.
    public static func version7(at now: Date = Date()) -> UUID {
        let wanted = UInt64(max(0, now.timeIntervalSince1970 * 1000 * 4096))
        let tick = Self.lastTick.withLock { last in
            last = max(wanted, last + 1)
            return last
        }
        let milliseconds = tick >> 12
        let fraction = UInt16(truncatingIfNeeded: tick & 0xFFF)
        let random = UInt64.random(in: .min ... .max)
        func byte(_ value: UInt64, _ shift: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: value >> shift) }
        return UUID(
            uuid: (
                byte(milliseconds, 40), byte(milliseconds, 32), byte(milliseconds, 24),
                byte(milliseconds, 16), byte(milliseconds, 8), byte(milliseconds, 0),
                0x70 | UInt8(fraction >> 8), UInt8(truncatingIfNeeded: fraction),
                0x80 | (byte(random, 56) & 0x3F), byte(random, 48), byte(random, 40), byte(random, 32),
                byte(random, 24), byte(random, 16), byte(random, 8), byte(random, 0)
            )
        )
    }

    /// When an identifier of version 7 was made, by the clock of who made it; `nil` for any other.
    public var madeAt: Date? {
        let bytes = self.uuid
        guard bytes.6 >> 4 == 7 else { return nil }
        let milliseconds = [bytes.0, bytes.1, bytes.2, bytes.3, bytes.4, bytes.5]
            .reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// The identifier in lower case, as the platform writes it everywhere.
    public var lowercased: String {
        self.uuidString.lowercased()
    }
}
