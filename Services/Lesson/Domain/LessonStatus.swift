/// Where a lesson stands.
enum LessonStatus: String, CaseIterable, Codable, Sendable {
    /// Planned, at the time first agreed on.
    case scheduled
    /// Planned, at another time than first agreed on.
    case rescheduled
    /// Going on.
    case inProgress = "in_progress"
    /// Held.
    case completed
    /// Will not take place.
    case cancelled

    /// Whether it is still to come.
    var isPlanned: Bool { self == .scheduled || self == .rescheduled }
}
