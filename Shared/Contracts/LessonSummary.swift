internal import EventSourcing
public import FoundationEssentials

/// A lesson as every event of it shows it, so that no receiver has to ask.
public struct LessonSummary: Codable, Equatable, Sendable {
    /// The lesson.
    public let id: UUID
    /// Who teaches.
    public let tutorID: UUID
    /// Who learns; mostly one.
    public let studentIDs: [UUID]
    /// What is taught, for example mathematics.
    public let subject: String
    /// What this lesson is about.
    public let topic: String
    /// What kind of lesson it is.
    public let type: LessonType
    /// What is practised.
    public let skills: [String]
    /// When it starts.
    public let startsAt: Date
    /// How long it takes, in minutes.
    public let durationMinutes: Int
    /// The tutor's zone, in which the lesson was planned.
    public let timeZone: TimeZoneID

    /// Describes it.
    public init(
        id: UUID,
        tutorID: UUID,
        studentIDs: [UUID],
        subject: String,
        topic: String,
        type: LessonType,
        skills: [String],
        startsAt: Date,
        durationMinutes: Int,
        timeZone: TimeZoneID
    ) {
        self.id = id
        self.tutorID = tutorID
        self.studentIDs = studentIDs
        self.subject = subject
        self.topic = topic
        self.type = type
        self.skills = skills
        self.startsAt = startsAt
        self.durationMinutes = durationMinutes
        self.timeZone = timeZone
    }

    enum CodingKeys: String, CodingKey {
        case id
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
