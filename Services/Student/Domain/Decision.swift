/// A decision in the making: what has been decided so far, and the state that leads to.
struct Decision {
    /// The state after ``events``.
    private(set) var student: Student
    /// What was decided.
    private(set) var events: [StudentEvent] = []
    /// The state before.
    private let origin: Student

    init(from student: Student) {
        self.student = student
        self.origin = student
    }

    /// Decides that something happens.
    mutating func take(_ event: StudentEvent) {
        self.student.evolve(event)
        self.events.append(event)
    }

    /// Draws the conclusions: achievements, then the level.
    mutating func settle(by rules: LevelCurve) {
        // What these rules would not have given before either was earned by others, which were right then: it stays.
        let kept = Set(self.origin.achievements.keys).subtracting(Achievements(of: self.origin, by: rules).deserved)
        let deserved = Achievements(of: self.student, by: rules, keeping: kept).deserved
        for achievement in AchievementCatalogue.standard.all {
            let held = self.student.achievements[achievement.id]
            if let held, !deserved.contains(achievement.id) {
                self.take(.achievementRevoked(.init(achievementID: achievement.id, xp: held)))
            } else if held == nil, deserved.contains(achievement.id) {
                self.take(.achievementEarned(.init(achievementID: achievement.id, xp: achievement.xp)))
            }
        }
        let level = rules.level(at: self.student.xp)
        if level != self.student.announcedLevel {
            self.take(.levelChanged(.init(level: level, previousLevel: self.student.announcedLevel)))
        }
    }
}
