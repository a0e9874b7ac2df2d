internal import EventSourcing
internal import EventStorePostgres
internal import Postgres

/// Widgets as people see them: one row each.
struct WidgetsProjection: Projection {
    typealias Source = Widget

    static let name = "widgets"
    static let tables = ["widgets"]

    func project(_ recorded: Recorded<WidgetEvent>, into session: PostgresSession) throws {
        switch recorded.event {
        case .created(let event):
            session.enqueue(
                """
                INSERT INTO widgets (id, tutor_id, title, version, created_at)
                VALUES (\(recorded.stream.id), \(event.tutorID), \(event.title), \(recorded.streamVersion.rawValue),
                    \(recorded.recordedAt))
                """
            )
        }
    }
}
