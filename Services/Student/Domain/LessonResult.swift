internal import Contracts
internal import EventSourcing
internal import FoundationEssentials

/// How a lesson went for the student: what progress is computed from.
struct LessonResult: Codable, Equatable, Sendable {
    var attendance: Attendance
    var score: Int?
    var mastery: Mastery?
    var type: LessonType
    var subject: String
    var topic: String
    var startsAt: Date
    /// The day it took place on, in the zone the student lived in then.
    var day: Day
    var minutes: Int

    enum CodingKeys: String, CodingKey {
        case attendance
        case score
        case mastery = "mastery_level"
        case type = "lesson_type"
        case subject
        case topic
        case startsAt = "starts_at"
        case day
        case minutes = "duration_minutes"
    }
}

extension LessonResult {
    /// What the lesson service said about one student, on the student's calendar.
    init(_ participant: LessonParticipant, in lesson: LessonSummary, mastery: Mastery?, zone: TimeZoneID) {
        self.init(
            attendance: participant.attendance,
            score: participant.score,
            mastery: mastery,
            type: lesson.type,
            subject: lesson.subject,
            topic: lesson.topic,
            startsAt: lesson.startsAt,
            day: Day(of: lesson.startsAt, in: zone.zone),
            minutes: lesson.durationMinutes
        )
    }
}
