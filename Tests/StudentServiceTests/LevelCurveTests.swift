import TestKit
import Testing

@testable import StudentService

@Suite("The level curve")
struct LevelCurveTests {
    @Test(
        "has the documented totals, exactly, also beyond 64 bits",
        arguments: [
            (1, "0"), (2, "1000"), (3, "2500"), (5, "8125"), (10, "74883"),
            (92, "21151178468529206060"), (100, "542081570046953647817"),
        ]
    )
    func totals(_ level: Int, _ total: String) throws {
        let curve = try LevelCurve.documented
        #expect(curve.threshold(of: level).description == total)
        #expect(curve.maxLevel == 100)
    }

    @Test("rises strictly, and gives every level back", arguments: 1...200 as ClosedRange<UInt64>)
    func invertible(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let growth = try #require(GrowthRate("1.\(Int.random(in: 0...9_999, using: &random))"))
        let curve = try LevelCurve(
            firstStep: .random(in: 1...100_000, using: &random),
            growth: growth,
            maxLevel: .random(in: 2...100, using: &random)
        )
        for level in 2...curve.maxLevel {
            let threshold = curve.threshold(of: level)
            #expect(threshold > curve.threshold(of: level - 1))
            #expect(curve.level(at: threshold) == level)
            #expect(curve.level(at: threshold - XP(1)) == level - 1)
        }
    }

    @Test("never leaves its ends")
    func ends() throws {
        let curve = try LevelCurve.documented
        #expect(curve.level(at: XP(-1)) == 1)
        #expect(curve.level(at: .zero) == 1)
        #expect(curve.level(at: XP(.max)) == 100)
        #expect(curve.threshold(of: 101) == curve.threshold(of: 100))
        #expect(curve.threshold(of: -3) == .zero)
        #expect(try LevelCurve(firstStep: 1, growth: try #require(GrowthRate("2")), maxLevel: 1).level(at: XP(5)) == 1)
    }

    @Test("refuses settings that make none")
    func mistakes() throws {
        let steep = try #require(GrowthRate("10"))
        #expect(throws: LevelCurve.Mistake.tooSteep(level: 37)) {
            try LevelCurve(firstStep: 1_000, growth: steep, maxLevel: 100)
        }
        #expect(throws: LevelCurve.Mistake.firstStepOutOfRange) {
            try LevelCurve(firstStep: 0, growth: steep, maxLevel: 100)
        }
        for level in [0, 501] {
            #expect(throws: LevelCurve.Mistake.maxLevelOutOfRange) {
                try LevelCurve(firstStep: 1, growth: steep, maxLevel: level)
            }
        }
    }

    @Test("takes decimal growth rates", arguments: [("1", 1, 1), ("1.5", 3, 2), ("10", 10, 1), ("1.0625", 17, 16)])
    func growth(_ text: String, _ numerator: UInt32, _ denominator: UInt32) throws {
        let rate = try #require(GrowthRate(text))
        #expect(rate.numerator == numerator)
        #expect(rate.denominator == denominator)
    }

    @Test(
        "takes no others",
        arguments: ["", "0.9", "10.1", "1,5", "1.", ".5", "1.23456", "-2", "nan", "1e1", "1.5.1", "+2"]
    )
    func noGrowth(_ text: String) {
        #expect(GrowthRate(text) == nil)
    }

    @Test("tells how far it is to the next level")
    func progress() throws {
        let curve = try LevelCurve.documented
        let start = LevelProgress(of: XP(350), on: curve)
        #expect(start.level == 1)
        #expect(start.xpInLevel == XP(350))
        #expect(start.xpForNextLevel == XP(1_000))
        #expect(start.percent == 35)
        let top = LevelProgress(of: curve.threshold(of: 100), on: curve)
        #expect(top.level == 100)
        #expect(top.xpForNextLevel == nil)
        #expect(top.percent == 100)
        let late = LevelProgress(of: curve.threshold(of: 100) - XP(1), on: curve)
        #expect(late.level == 99)
        #expect(late.percent == 99)
    }
}

extension LevelCurve {
    /// The settings as documented: 1000, 1.5, 100.
    static var documented: LevelCurve {
        get throws {
            try LevelCurve(firstStep: 1_000, growth: try #require(GrowthRate("1.5")), maxLevel: 100)
        }
    }
}
