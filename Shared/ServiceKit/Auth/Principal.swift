public import Contracts
public import FoundationEssentials

/// Who asks: a person whose access token was verified.
public struct Principal: Hashable, Sendable {
    /// The person.
    public let id: UUID
    /// What kind of person; part of tokens by its raw value.
    public let role: PersonRole
    /// The session that the token belongs to; it ends with a logout.
    public let sessionID: UUID

    /// Describes a person in a session.
    public init(id: UUID, role: PersonRole, sessionID: UUID) {
        self.id = id
        self.role = role
        self.sessionID = sessionID
    }
}
