/// What a person is on the platform.
public enum PersonRole: String, CaseIterable, Codable, Sendable {
    /// Runs the platform.
    case admin
    /// Teaches.
    case tutor
    /// Learns.
    case student
    /// Answers for a student.
    case parent
}
