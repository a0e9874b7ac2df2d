/// A natural number of any size, as far as the level curve needs one.
///
/// A step of the curve is a whole number times a fraction to a high power: numerator and denominator outgrow 128 bits long
/// before their quotient does.
struct WideNatural: Sendable {
    /// Digits to the base 2³², the least first, without zeros at the end.
    private var digits: [UInt32]

    init(_ value: UInt32) {
        self.digits = value == 0 ? [] : [value]
    }

    /// Multiplies in place.
    mutating func multiply(by factor: UInt32) {
        var carry: UInt64 = 0
        for index in self.digits.indices {
            let product = UInt64(self.digits[index]) * UInt64(factor) + carry
            self.digits[index] = UInt32(truncatingIfNeeded: product)
            carry = product >> 32
        }
        if carry > 0 { self.digits.append(UInt32(carry)) }
    }

    /// Divides in place and drops the remainder.
    mutating func divide(by divisor: UInt32) {
        var remainder: UInt64 = 0
        for index in self.digits.indices.reversed() {
            let (quotient, rest) = (remainder << 32 | UInt64(self.digits[index]))
                .quotientAndRemainder(dividingBy: UInt64(divisor))
            self.digits[index] = UInt32(quotient)
            remainder = rest
        }
        while self.digits.last == 0 { self.digits.removeLast() }
    }

    /// The number, if it fits.
    var narrowed: Int128? {
        guard self.digits.count <= 4 else { return nil }
        let value = self.digits.reversed().reduce(UInt128(0)) { $0 << 32 | UInt128($1) }
        return Int128(exactly: value)
    }
}
