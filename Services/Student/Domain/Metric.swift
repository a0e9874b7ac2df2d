/// What an achievement measures.
enum Metric: String, CaseIterable, Codable, Sendable {
    case lessonsCompleted = "lessons_completed"
    case studyMinutes = "study_minutes"
    case topicsMastered = "topics_mastered"
    case returns
    case bestDayStreak = "best_day_streak"
    case level
    case homeworkSubmitted = "homework_submitted"
    case homeworkPerfect = "homework_perfect"
    case homeworkEarly = "homework_early"
    case materialsStudied = "materials_studied"
}
