internal import Contracts
internal import EventSourcing
internal import FoundationEssentials

extension LessonEvent {
    /// It was planned, or written down afterwards.
    struct Scheduled: EventPayload {
        static let type = "lesson.scheduled"

        var lesson: LessonOutline
        var roomURL: Personal<String>?
        var notes: Personal<String>?

        enum CodingKeys: String, CodingKey {
            case lesson
            case roomURL = "room_url"
            case notes
        }
    }

    /// What it is about changed; the notes are complete, not a difference.
    struct Updated: EventPayload {
        static let type = "lesson.updated"

        var lesson: LessonOutline
        var roomURL: Personal<String>?
        var notes: Personal<String>?

        enum CodingKeys: String, CodingKey {
            case lesson
            case roomURL = "room_url"
            case notes
        }
    }

    /// It began.
    struct Started: EventPayload {
        static let type = "lesson.started"

        var lesson: LessonOutline
        var startedAt: Date

        enum CodingKeys: String, CodingKey {
            case lesson
            case startedAt = "started_at"
        }
    }

    /// It moved.
    struct Rescheduled: EventPayload {
        static let type = "lesson.rescheduled"

        var lesson: LessonOutline
        var previousStartsAt: Date
        var reason: Personal<String>?
        var rescheduledBy: UUID

        enum CodingKeys: String, CodingKey {
            case lesson
            case previousStartsAt = "previous_starts_at"
            case reason
            case rescheduledBy = "rescheduled_by"
        }
    }

    /// It was called off.
    struct Cancelled: EventPayload {
        static let type = "lesson.cancelled"

        var lesson: LessonOutline
        var kind: CancellationKind
        var reason: Personal<String>?
        var cancelledBy: UUID?

        enum CodingKeys: String, CodingKey {
            case lesson
            case kind
            case reason
            case cancelledBy = "cancelled_by"
        }
    }

    /// It was held.
    struct Completed: EventPayload {
        static let type = "lesson.completed"

        var lesson: LessonOutline
        var score: Int?
        var mastery: Mastery?
        var comment: Personal<String>?
        var participants: [Participant]
        var completedAt: Date

        enum CodingKeys: String, CodingKey {
            case lesson
            case score
            case mastery = "mastery_level"
            case comment
            case participants
            case completedAt = "completed_at"
        }
    }

    /// It was not held after all.
    struct CompletionReverted: EventPayload {
        static let type = "lesson.completion_reverted"

        var lesson: LessonOutline
        var reason: Personal<String>?

        enum CodingKeys: String, CodingKey {
            case lesson
            case reason
        }
    }

    /// It went another way for one student than was recorded.
    struct AttendanceCorrected: EventPayload {
        static let type = "lesson.attendance_corrected"

        var lesson: LessonOutline
        var mastery: Mastery?
        var participant: Participant
        var previous: Participant
        var reason: Personal<String>?

        enum CodingKeys: String, CodingKey {
            case lesson
            case mastery = "mastery_level"
            case participant
            case previous
            case reason
        }
    }

    /// A student was erased, and with the student all that was written about the lesson.
    struct TextsErased: EventPayload {
        static let type = "lesson.texts_erased"

        var lesson: LessonOutline

        enum CodingKeys: String, CodingKey {
            case lesson
        }
    }
}
