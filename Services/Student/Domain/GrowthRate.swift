/// How much longer each level takes than the one before: a fraction, because no binary number is 1.1.
struct GrowthRate: Equatable, Sendable {
    /// The fraction in lowest terms.
    let numerator: UInt32
    let denominator: UInt32

    /// Reads a decimal number from 1 to 10 with at most four decimals, for example `1.5`; `nil` for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let decimals = parts.count == 2 ? parts[1] : ""
        guard
            (1...2).contains(parts.count), parts.count == 1 || !decimals.isEmpty, decimals.utf8.count <= 4,
            text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")) ~= $0 }),
            let numerator = UInt32(parts[0] + decimals)
        else { return nil }
        let denominator = (0..<decimals.utf8.count).reduce(UInt32(1)) { power, _ in power * 10 }
        guard numerator >= denominator, numerator <= 10 * denominator else { return nil }
        let divisor = Self.greatestCommonDivisor(numerator, denominator)
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    private static func greatestCommonDivisor(_ left: UInt32, _ right: UInt32) -> UInt32 {
        right == 0 ? left : Self.greatestCommonDivisor(right, left % right)
    }
}
