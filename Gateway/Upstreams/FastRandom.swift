/// SplitMix64 (Steele, Lea, Flood, 2014): a few instructions per number, where the system's generator is a system call.
///
/// Good for choosing instances and for ids that only have to be different. Never for secrets.
struct FastRandom: RandomNumberGenerator {
    private var state: UInt64

    /// Starts at a point that the system's generator chooses.
    init() {
        self.state = .random(in: .min ... .max)
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// 0…bound-1, by Lemire's multiplication; the bias is below 2⁻³² for the small bounds used here.
    mutating func next(below bound: Int) -> Int {
        Int(truncatingIfNeeded: self.next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// 0..<1.
    mutating func nextFraction() -> Double {
        Double(self.next() >> 11) * 0x1p-53
    }
}
