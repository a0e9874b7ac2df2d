public import EventSourcing
public import FoundationEssentials

// What the lesson service tells the others. Comments, notes and reasons stay in it.

/// Every event that the lesson service publishes.
public enum LessonEvents {
    /// Their types; a test holds the list against what is published.
    public static let all: [any PublicPayload.Type] = [
        LessonScheduled.self,
        LessonUpdated.self,
        LessonStarted.self,
        LessonRescheduled.self,
        LessonCancelled.self,
        LessonCompleted.self,
        LessonCompletionReverted.self,
        LessonAttendanceCorrected.self,
    ]
}

/// A lesson was planned, or an earlier one written down.
public struct LessonScheduled: PublicPayload {
    /// The wire name.
    public static let type = "lesson.scheduled"

    /// The lesson as it stands now.
    public let lesson: LessonSummary

    /// States the fact.
    public init(lesson: LessonSummary) {
        self.lesson = lesson
    }

    enum CodingKeys: String, CodingKey {
        case lesson
    }
}

/// Subject, topic, type, skills, duration, room or notes changed.
public struct LessonUpdated: PublicPayload {
    /// The wire name.
    public static let type = "lesson.updated"

    /// The lesson as it stands now.
    public let lesson: LessonSummary

    /// States the fact.
    public init(lesson: LessonSummary) {
        self.lesson = lesson
    }

    enum CodingKeys: String, CodingKey {
        case lesson
    }
}

/// A lesson began.
public struct LessonStarted: PublicPayload {
    /// The wire name.
    public static let type = "lesson.started"

    /// The lesson as it stands now.
    public let lesson: LessonSummary
    /// When it really began.
    public let startedAt: Date

    /// States the fact.
    public init(lesson: LessonSummary, startedAt: Date) {
        self.lesson = lesson
        self.startedAt = startedAt
    }

    enum CodingKeys: String, CodingKey {
        case lesson
        case startedAt = "started_at"
    }
}

/// A lesson moved to another time.
public struct LessonRescheduled: PublicPayload {
    /// The wire name.
    public static let type = "lesson.rescheduled"

    /// The lesson as it stands now.
    public let lesson: LessonSummary
    /// When it would have started.
    public let previousStartsAt: Date

    /// States the fact.
    public init(lesson: LessonSummary, previousStartsAt: Date) {
        self.lesson = lesson
        self.previousStartsAt = previousStartsAt
    }

    enum CodingKeys: String, CodingKey {
        case lesson
        case previousStartsAt = "previous_starts_at"
    }
}

/// A lesson will not take place.
public struct LessonCancelled: PublicPayload {
    /// The wire name.
    public static let type = "lesson.cancelled"

    /// The lesson as it stands now.
    public let lesson: LessonSummary
    /// Whether it counts as excused.
    public let kind: CancellationKind
    /// Who cancelled it; absent when the platform did.
    public let cancelledBy: UUID?

    /// States the fact.
    public init(lesson: LessonSummary, kind: CancellationKind, cancelledBy: UUID? = nil) {
        self.lesson = lesson
        self.kind = kind
        self.cancelledBy = cancelledBy
    }

    enum CodingKeys: String, CodingKey {
        case lesson
        case kind
        case cancelledBy = "cancelled_by"
    }
}

/// A lesson was held.
public struct LessonCompleted: PublicPayload {
    /// The wire name.
    public static let type = "lesson.completed"

    /// The lesson as it stands now.
    public let lesson: LessonSummary
    /// 0…100 for the lesson as a whole; absent when nothing was graded.
    public let score: Int?
    /// How well the topic is mastered; absent when nobody judged.
    public let mastery: Mastery?
    /// How it went for each student.
    public let participants: [LessonParticipant]

    /// States the fact.
    public init(lesson: LessonSummary, score: Int? = nil, mastery: Mastery? = nil, participants: [LessonParticipant]) {
        self.lesson = lesson
        self.score = score
        self.mastery = mastery
        self.participants = participants
    }

    enum CodingKeys: String, CodingKey {
        case lesson
        case score
        case mastery = "mastery_level"
        case participants
    }
}

/// A lesson had been completed by mistake; whatever followed from that is taken back.
public struct LessonCompletionReverted: PublicPayload {
    /// The wire name.
    public static let type = "lesson.completion_reverted"

    /// The lesson as it stands now.
    public let lesson: LessonSummary

    /// States the fact.
    public init(lesson: LessonSummary) {
        self.lesson = lesson
    }

    enum CodingKeys: String, CodingKey {
        case lesson
    }
}

/// What was recorded about one student of a completed lesson was wrong.
public struct LessonAttendanceCorrected: PublicPayload {
    /// The wire name.
    public static let type = "lesson.attendance_corrected"

    /// The lesson as it stands now.
    public let lesson: LessonSummary
    /// How well the topic is mastered; absent when nobody judged.
    public let mastery: Mastery?
    /// How it really went.
    public let participant: LessonParticipant
    /// What had been recorded.
    public let previous: LessonParticipant

    /// States the fact.
    public init(
        lesson: LessonSummary,
        mastery: Mastery? = nil,
        participant: LessonParticipant,
        previous: LessonParticipant
    ) {
        self.lesson = lesson
        self.mastery = mastery
        self.participant = participant
        self.previous = previous
    }

    enum CodingKeys: String, CodingKey {
        case lesson
        case mastery = "mastery_level"
        case participant
        case previous
    }
}
