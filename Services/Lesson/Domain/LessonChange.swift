internal import Contracts

/// What may be changed about a lesson; `nil` leaves it as it is, an empty text removes it.
struct LessonChange: Sendable {
    var subject: String?
    var topic: String?
    var type: LessonType?
    var skills: [String]?
    var duration: LessonDuration?
    var roomURL: String?
    var notes: String?
}
