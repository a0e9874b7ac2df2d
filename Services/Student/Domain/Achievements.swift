/// What a student deserves, by what was learned and the rules of the game.
///
/// Achievements give experience, experience gives levels, and levels give achievements. The answer is the *least* fixed
/// point: it starts from none and adds what is reached until nothing changes. Starting from what is held would let a level
/// and the achievement for it hold each other up after a correction took the ground from both, and the result would depend
/// on the order of events.
struct Achievements {
    /// The names of the achievements deserved.
    let deserved: Set<String>

    /// Judges.
    ///
    /// - Parameter kept: Achievements that are not judged, but stay with what they gave, as do those that have left the
    ///   catalogue.
    init(
        of student: Student,
        by rules: LevelCurve,
        keeping kept: Set<String> = [],
        catalogue: AchievementCatalogue = .standard
    ) {
        let judged = student.achievements.filter { catalogue[$0.key] != nil && !kept.contains($0.key) }
        var xp = judged.values.reduce(student.xp) { $0 - XP(Int128($1)) }
        let metrics = Metrics(counters: student.counters, streaks: student.streaks)
        var deserved = kept
        var isSettled = false
        while !isSettled {
            isSettled = true
            let level = rules.level(at: xp)
            for achievement in catalogue.all where !deserved.contains(achievement.id) {
                guard metrics.value(of: achievement.metric, level: level) >= achievement.target else { continue }
                deserved.insert(achievement.id)
                xp += XP(Int128(judged[achievement.id] ?? achievement.xp))
                isSettled = false
            }
        }
        self.deserved = deserved
    }
}
