public import FoundationEssentials

/// Who asks: a person whose access token was verified.
public struct Principal: Hashable, Sendable {
    /// The person.
    public let id: UUID
    /// What kind of person.
    public let role: Role
    /// The session that the token belongs to; it ends with a logout.
    public let sessionID: UUID

    /// Describes a person in a session.
    public init(id: UUID, role: Role, sessionID: UUID) {
        self.id = id
        self.role = role
        self.sessionID = sessionID
    }
}

/// What a person is to the platform.
///
/// The names are part of tokens and events.
public enum Role: String, CaseIterable, Codable, Sendable {
    /// Runs the platform.
    case admin
    /// Teaches.
    case tutor
    /// Learns.
    case student
    /// Looks after a student.
    case parent
}
