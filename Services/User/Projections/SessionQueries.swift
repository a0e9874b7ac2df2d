internal import Foundation
internal import Postgres

/// Reads sessions.
enum SessionQueries {
    /// A session that was not ended, as its owner sees it.
    struct OpenSession: Encodable, Sendable {
        let id: UUID
        let openedAt: Date
        let usedAt: Date

        enum CodingKeys: String, CodingKey {
            case id
            case openedAt = "opened_at"
            case usedAt = "used_at"
        }
    }

    /// The sessions of a person that were not ended, the last used first.
    static func open(of person: UUID, in session: PostgresSession) throws -> [OpenSession] {
        try session.query(
            """
            SELECT id, opened_at, used_at FROM sessions WHERE user_id = \(person) AND revoked_at IS NULL
            ORDER BY used_at DESC, id
            """
        ).map { OpenSession(id: try $0.decode(0), openedAt: try $0.decode(1), usedAt: try $0.decode(2)) }
    }
}
