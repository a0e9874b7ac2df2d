/// How much experience each level takes; the settings of the game, given to whoever needs them.
///
/// The step from level L to L + 1 is `firstStep × growth^(L − 1)`, rounded down; computed once, exactly, and added up.
struct LevelCurve: Equatable, Sendable {
    /// Why settings make no curve.
    enum Mistake: Error, Equatable {
        /// The first step must be from 1 to 1,000,000,000.
        case firstStepOutOfRange
        /// The highest level must be from 1 to 500.
        case maxLevelOutOfRange
        /// The experience for this level does not fit into 128 bits.
        case tooSteep(level: Int)
    }

    /// What it takes in all to be at level 1, at level 2, and so on.
    private let thresholds: [XP]

    /// Computes a curve.
    ///
    /// - Parameters:
    ///   - firstStep: From level 1 to level 2 (`DEFAULT_LEVEL_XP_THRESHOLD`).
    ///   - growth: How much longer each step is than the one before (`XP_MULTIPLIER`).
    ///   - maxLevel: Where it ends (`MAX_LEVEL`).
    init(firstStep: Int, growth: GrowthRate, maxLevel: Int) throws(Mistake) {
        guard (1...1_000_000_000).contains(firstStep) else { throw .firstStepOutOfRange }
        guard (1...500).contains(maxLevel) else { throw .maxLevelOutOfRange }
        var thresholds = [XP.zero]
        var numerator = WideNatural(UInt32(firstStep))
        for level in 2..<max(2, maxLevel + 1) {
            var step = numerator
            // Rounding down after each division is the same as once at the end.
            for _ in 2..<level { step.divide(by: growth.denominator) }
            guard let points = step.narrowed else { throw .tooSteep(level: level) }
            let (total, overflow) = thresholds[level - 2].points.addingReportingOverflow(points)
            // Half the range stays free, so that sums of experience can not overflow either.
            guard !overflow, total <= Int128.max / 2 else { throw .tooSteep(level: level) }
            thresholds.append(XP(total))
            numerator.multiply(by: growth.numerator)
        }
        self.thresholds = thresholds
    }

    /// One level and no way up: what stands in while the settings are refused.
    static let flat = LevelCurve(thresholds: [.zero])

    private init(thresholds: [XP]) {
        self.thresholds = thresholds
    }

    /// The highest level.
    var maxLevel: Int { self.thresholds.count }

    /// What it takes in all to be at a level; levels beyond the ends count as the ends.
    func threshold(of level: Int) -> XP {
        self.thresholds[min(max(level, 1), self.maxLevel) - 1]
    }

    /// The level that experience gives: the highest whose threshold it reaches.
    func level(at xp: XP) -> Int {
        var range = 1..<self.maxLevel + 1
        while range.count > 1 {
            let middle = range.lowerBound + range.count / 2
            range = self.threshold(of: middle) <= xp ? middle..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}
