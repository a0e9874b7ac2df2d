internal import Foundation
internal import Postgres

/// Reads sessions.
enum SessionQueries {
    /// The sessions of a person that can still be used.
    static func usable(of person: UUID, at now: Date, in session: PostgresSession) throws -> [OpenSession] {
        try Self.open(of: person, in: session).filter {
            now < $0.openedAt + Session.lifetime && now < $0.usedAt + Session.idleTime
        }
    }

    /// The sessions that were ended after a time, by whatever caused it.
    static func ended(since: Date, in session: PostgresSession) throws -> [EndedSession] {
        try session.query("SELECT id, revoked_at FROM sessions WHERE revoked_at > \(since) ORDER BY revoked_at, id")
            .map { EndedSession(id: try $0.decode(0), endedAt: try $0.decode(1)) }
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
