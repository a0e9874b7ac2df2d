/// The numbers that achievements look at.
struct Metrics: Equatable, Sendable {
    let counters: Counters
    let streaks: Streaks

    /// One of the numbers.
    func value(of metric: Metric, level: Int) -> Int {
        switch metric {
        case .lessonsCompleted: self.counters.lessonsCompleted
        case .studyMinutes: self.counters.studyMinutes
        case .topicsMastered: self.counters.topicsMastered
        case .returns: self.counters.returns
        case .bestDayStreak: self.streaks.bestDays
        case .level: level
        // Nobody tells of homework and materials yet.
        case .homeworkSubmitted, .homeworkPerfect, .homeworkEarly, .materialsStudied: 0
        }
    }
}
