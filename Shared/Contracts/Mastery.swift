/// How well a student knows a topic after a lesson.
public enum Mastery: String, CaseIterable, Codable, Sendable {
    /// Not yet.
    case notLearned = "not_learned"
    /// Understood.
    case learned
    /// Can be relied on.
    case mastered
}
