internal import ServiceKit

/// The settings of the game.
enum StudentSettings {
    /// Reads the curve of levels; a curve that makes no sense is told with all other mistakes.
    static func read(_ reader: inout ConfigurationReader) -> LevelCurve {
        let first = reader.read(
            .integer("DEFAULT_LEVEL_XP_THRESHOLD", default: 1000, in: 1...1_000_000_000, "XP from level 1 to level 2.")
        )
        let growthText = reader.read(
            .string("XP_MULTIPLIER", default: "1.5", "How much longer each level is than the one before: 1 to 10.")
        )
        let maxLevel = reader.read(.integer("MAX_LEVEL", default: 100, in: 1...500, "Where levels end."))
        guard let growth = GrowthRate(growthText) else {
            reader.refuse("XP_MULTIPLIER must be a decimal number from 1 to 10 with four decimals at most")
            return .flat
        }
        do {
            return try LevelCurve(firstStep: first, growth: growth, maxLevel: maxLevel)
        } catch {
            reader.refuse("DEFAULT_LEVEL_XP_THRESHOLD, XP_MULTIPLIER and MAX_LEVEL make no curve: \(error)")
            return .flat
        }
    }
}
