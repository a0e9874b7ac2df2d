internal import EventSourcing

/// Series of days and lessons without a gap.
struct Streaks: Codable, Equatable, Sendable {
    /// Days in a row with activity, up to the latest such day.
    var days = 0
    /// The longest such series ever.
    var bestDays = 0
    /// Up to when the series of days holds without further activity: the latest active day, and excused ones right after it.
    var heldUntil: Day?
    /// Lessons in a row without a missed one.
    var lessons = 0

    enum CodingKeys: String, CodingKey {
        case days = "day_streak"
        case bestDays = "best_day_streak"
        case heldUntil = "held_until"
        case lessons = "lesson_streak"
    }

    /// The series of days as it is seen on a day: today may still bring activity, yesterday may not.
    func days(on today: Day) -> Int {
        guard let heldUntil, today <= heldUntil.advanced(by: 1) else { return 0 }
        return self.days
    }
}
