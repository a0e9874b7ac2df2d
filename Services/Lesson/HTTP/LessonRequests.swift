internal import Contracts
internal import Foundation
internal import ServiceKit

// What clients send. Every field is listed; anything else is refused.

/// The body of `POST /api/v1/lessons`.
struct PlanLessonRequest: Decodable, Sendable {
    let studentIDs: [UUID]?
    /// The same for one student.
    let studentID: UUID?
    let subject: String
    let topic: String?
    let startsAt: Date
    let durationMinutes: Int?
    let lessonType: LessonType?
    let timeZone: String?
    let skills: [String]?
    let roomURL: String?
    let notes: String?

    enum CodingKeys: String, CodingKey {
        case subject, topic, skills, notes
        case studentIDs = "student_ids"
        case studentID = "student_id"
        case startsAt = "starts_at"
        case durationMinutes = "duration_minutes"
        case lessonType = "lesson_type"
        case timeZone = "time_zone"
        case roomURL = "room_url"
    }
}

/// The body of `PATCH /api/v1/lessons/{id}`.
struct ChangeLessonRequest: Decodable, Sendable {
    let subject: String?
    let topic: String?
    let durationMinutes: Int?
    let lessonType: LessonType?
    let skills: [String]?
    let roomURL: String?
    let notes: String?

    enum CodingKeys: String, CodingKey {
        case subject, topic, skills, notes
        case durationMinutes = "duration_minutes"
        case lessonType = "lesson_type"
        case roomURL = "room_url"
    }
}

/// The body of `POST /api/v1/lessons/{id}/complete`.
struct CompleteLessonRequest: Decodable, Sendable {
    struct Participant: Decodable, Sendable {
        let studentID: UUID
        let attendance: Attendance?
        let score: Int?

        enum CodingKeys: String, CodingKey {
            case attendance, score
            case studentID = "student_id"
        }
    }

    let score: Int?
    let attendance: Attendance?
    let masteryLevel: Mastery?
    let comment: String?
    let participants: [Participant]?

    enum CodingKeys: String, CodingKey {
        case score, attendance, comment, participants
        case masteryLevel = "mastery_level"
    }
}

/// The body of `POST /api/v1/lessons/{id}/cancel`.
struct CancelLessonRequest: Decodable, Sendable {
    let reason: String?
    let kind: CancellationKind
}

/// The body of `POST /api/v1/lessons/{id}/reschedule`.
struct RescheduleLessonRequest: Decodable, Sendable {
    let startsAt: Date
    let reason: String?

    enum CodingKeys: String, CodingKey {
        case reason
        case startsAt = "starts_at"
    }
}

/// The body of `POST /api/v1/lessons/{id}/revert-completion`.
struct RevertCompletionRequest: Decodable, Sendable {
    let reason: String?
}

/// The query of `GET /api/v1/lessons`.
struct LessonFilter: Decodable, Sendable {
    let studentID: UUID?
    let tutorID: UUID?
    let from: Date?
    let to: Date?
    let status: LessonStatus?
    let topic: String?

    enum CodingKeys: String, CodingKey {
        case from, to, status, topic
        case studentID = "student_id"
        case tutorID = "tutor_id"
    }
}
