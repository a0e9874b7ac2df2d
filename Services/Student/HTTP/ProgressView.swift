internal import Foundation

/// Where a student stands, as clients see it.
struct ProgressView: Encodable, Sendable {
    let studentID: UUID
    let level: Int
    let xp: XP
    let xpInLevel: XP
    let xpForNextLevel: XP?
    let progress: Int
    let dayStreak: Int
    let bestDayStreak: Int
    let lessonStreak: Int
    let lessonsCompleted: Int
    // Nobody tells of homework and materials yet.
    let homeworkSubmitted = 0
    let homeworkPerfect = 0
    let materialsStudied = 0
    let studyMinutes: Int
    let topicsMastered: Int

    enum CodingKeys: String, CodingKey {
        case level, xp, progress
        case studentID = "student_id"
        case xpInLevel = "xp_in_level"
        case xpForNextLevel = "xp_for_next_level"
        case dayStreak = "day_streak"
        case bestDayStreak = "best_day_streak"
        case lessonStreak = "lesson_streak"
        case lessonsCompleted = "lessons_completed"
        case homeworkSubmitted = "homework_submitted"
        case homeworkPerfect = "homework_perfect"
        case materialsStudied = "materials_studied"
        case studyMinutes = "study_minutes"
        case topicsMastered = "topics_mastered"
    }

    init(_ student: UUID, _ progress: ProgressQueries.Progress, on today: Day, _ levels: LevelCurve) {
        let step = LevelProgress(of: progress.xp, on: levels)
        self.studentID = student
        self.level = step.level
        self.xp = progress.xp
        self.xpInLevel = step.xpInLevel
        self.xpForNextLevel = step.xpForNextLevel
        self.progress = step.percent
        self.dayStreak = progress.streaks.days(on: today)
        self.bestDayStreak = progress.streaks.bestDays
        self.lessonStreak = progress.streaks.lessons
        self.lessonsCompleted = progress.counters.lessonsCompleted
        self.studyMinutes = progress.counters.studyMinutes
        self.topicsMastered = progress.counters.topicsMastered
    }
}
