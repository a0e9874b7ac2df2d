/// What experience is given for.
public enum XPReason: String, CaseIterable, Codable, Sendable {
    /// A lesson was held and the student was there.
    case lessonCompleted = "lesson_completed"
    /// Homework was handed in.
    case homeworkSubmitted = "homework_submitted"
    /// Homework was graded well.
    case homeworkGraded = "homework_graded"
    /// A material was studied.
    case materialStudied = "material_studied"
    /// Lessons were paid for.
    case paymentReceived = "payment_received"
    /// An achievement was earned.
    case achievementEarned = "achievement_earned"
}

/// The one thing that experience was given for: no cause pays twice.
public struct XPCause: Codable, Hashable, Sendable {
    /// What kind of thing.
    public let reason: XPReason
    /// Which one: the identity of a lesson, a homework …, or the name of an achievement.
    public let id: String

    /// Describes it.
    public init(reason: XPReason, id: String) {
        self.reason = reason
        self.id = id
    }

    enum CodingKeys: String, CodingKey {
        case reason
        case id
    }
}
