internal import Contracts
internal import EventSourcing
internal import FoundationEssentials

/// A lesson as it stands right after an event.
///
/// Every event carries one, so that projections and publications see the whole fact and need no look-up; it is small.
struct LessonOutline: Codable, Equatable, Sendable {
    var tutorID: UUID
    var studentIDs: [UUID]
    var subject: String
    var topic: String
    var type: LessonType
    var skills: [String]
    var startsAt: Date
    var durationMinutes: Int
    var timeZone: TimeZoneID

    enum CodingKeys: String, CodingKey {
        case tutorID = "tutor_id"
        case studentIDs = "student_ids"
        case subject
        case topic
        case type = "lesson_type"
        case skills
        case startsAt = "starts_at"
        case durationMinutes = "duration_minutes"
        case timeZone = "time_zone"
    }
}
