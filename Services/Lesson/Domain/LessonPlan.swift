internal import Contracts
internal import FoundationEssentials

/// What has to be said to plan a lesson.
struct LessonPlan: Sendable {
    var tutorID: UUID
    var students: StudentGroup
    var subject: String
    var topic = ""
    var type = LessonType.regular
    var skills: [String] = []
    var startsAt: Date
    var duration = LessonDuration.usual
    var timeZone: TimeZoneID
    var roomURL: String?
    var notes: String?
}
