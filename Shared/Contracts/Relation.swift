/// What a person is to a student.
public enum Relation: String, CaseIterable, Codable, Sendable {
    /// Teaches the student.
    case tutor
    /// Answers for the student.
    case parent
}
