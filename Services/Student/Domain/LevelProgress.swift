/// How far somebody is on the way to the next level.
struct LevelProgress: Equatable, Sendable {
    /// The level reached.
    let level: Int
    /// Experience gathered since that level.
    let xpInLevel: XP
    /// What the step to the next level takes in all; `nil` at the highest level.
    let xpForNextLevel: XP?
    /// The part of the step that is done, in whole percent; 100 at the highest level.
    let percent: Int

    /// Looks experience up on a curve.
    init(of xp: XP, on curve: LevelCurve) {
        let level = curve.level(at: xp)
        let start = curve.threshold(of: level)
        self.level = level
        self.xpInLevel = xp - start
        if level < curve.maxLevel {
            let step = curve.threshold(of: level + 1) - start
            self.xpForNextLevel = step
            // Both are below 2¹²⁷, the product with 100 may not be.
            let part = max(0, self.xpInLevel.points).magnitude.multipliedFullWidth(by: 100)
            self.percent = Int(step.points.magnitude.dividingFullWidth(part).quotient)
        } else {
            self.xpForNextLevel = nil
            self.percent = 100
        }
    }
}
