internal import Foundation
internal import Postgres
internal import ServiceKit

/// Reads widgets, and shows each only to its tutor.
enum WidgetsQueries {
    /// A widget; `nil` when there is none that this person may see.
    static func widget(_ id: UUID, for viewer: Principal, in session: PostgresSession) throws -> WidgetView? {
        try session.queryFirst(
            "SELECT \(unescaped: WidgetView.columns) FROM widgets WHERE id = \(id) AND tutor_id = \(viewer.id)"
        ).map(WidgetView.init)
    }

    /// A page of widgets, oldest first.
    static func list(
        _ page: PageRequest,
        for viewer: Principal,
        in session: PostgresSession
    ) throws -> Page<WidgetView> {
        let last = try page.position()
        let rows = try session.query(
            """
            SELECT \(unescaped: WidgetView.columns) FROM widgets
            WHERE tutor_id = \(viewer.id) AND (created_at, id) > (\(last?.time ?? .distantPast), \(last?.id ?? .zero))
            ORDER BY created_at, id LIMIT \(page.limit + 1)
            """
        )
        let widgets = try rows.prefix(page.limit).map(WidgetView.init)
        let next = rows.count > page.limit ? widgets.last.map { PageCursor($0.createdAt, $0.id).text } : nil
        return Page(widgets, nextCursor: next)
    }
}

extension UUID {
    /// Sorts before all others.
    fileprivate static let zero = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
}
