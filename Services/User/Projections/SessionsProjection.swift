internal import EventSourcing
internal import EventStorePostgres
internal import Postgres

/// Sessions as their owners see them.
struct SessionsProjection: Projection {
    typealias Source = Session

    static let name = "sessions"
    static let tables = ["sessions"]

    func project(_ recorded: Recorded<SessionEvent>, into session: PostgresSession) throws {
        let id = recorded.stream.id
        switch recorded.event {
        case .opened(let event):
            session.enqueue(
                """
                INSERT INTO sessions (id, user_id, opened_at, used_at)
                VALUES (\(id), \(event.userID), \(event.openedAt), \(event.openedAt))
                """
            )
        case .refreshed(let event):
            session.enqueue("UPDATE sessions SET used_at = \(event.refreshedAt) WHERE id = \(id)")
        case .revoked:
            session.enqueue("UPDATE sessions SET revoked_at = \(recorded.recordedAt) WHERE id = \(id)")
        }
    }
}
