internal import FoundationEssentials

/// What the user service tells about sessions that have ended.
struct EndedSessionsPage: Decodable, Sendable {
    struct Session: Decodable, Sendable {
        let id: UUID
        let endedAt: Date

        private enum CodingKeys: String, CodingKey {
            case id
            case endedAt = "ended_at"
        }
    }

    /// The time of the answer.
    let asOf: Date
    let sessions: [Session]

    private enum CodingKeys: String, CodingKey {
        case asOf = "as_of"
        case sessions
    }
}
