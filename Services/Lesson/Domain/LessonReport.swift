internal import Contracts

/// What a tutor says about a lesson that was held.
struct LessonReport: Sendable {
    /// The grade of every student who was there and is not named below.
    var score: Score?
    /// The attendance of every student who is not named below.
    var attendance = Attendance.attended
    /// How well the topic is mastered now.
    var mastery: Mastery?
    /// In the tutor's words.
    var comment: String?
    /// Students for whom it went another way.
    var participants: [Participation] = []
}
