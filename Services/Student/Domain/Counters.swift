internal import EventSourcing

/// What a student has done so far, in numbers.
struct Counters: Codable, Equatable, Sendable {
    /// Lessons held with the student there.
    var lessonsCompleted = 0
    /// The time they took, in minutes.
    var studyMinutes = 0
    /// Different topics mastered.
    var topicsMastered = 0
    /// Returns after thirty days without activity, or more.
    var returns = 0

    enum CodingKeys: String, CodingKey {
        case lessonsCompleted = "lessons_completed"
        case studyMinutes = "study_minutes"
        case topicsMastered = "topics_mastered"
        case returns
    }
}
