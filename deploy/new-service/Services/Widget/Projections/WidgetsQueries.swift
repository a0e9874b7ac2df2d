internal import Foundation
internal import Postgres
internal import ServiceKit

/// Reads widgets, and shows each only to its tutor.
enum WidgetsQueries {
    /// A widget as it stands, with what this transaction has done to it.
    ///
    /// - Throws: A 404 `Problem` when there is none that the person may see.
    static func widget(_ id: UUID, for viewer: Principal, in session: PostgresSession) throws -> WidgetView {
        let row = try session.queryFirst(
            "SELECT \(unescaped: WidgetView.columns) FROM widgets WHERE id = \(id) AND tutor_id = \(viewer.id)"
        )
        guard let row else { throw Problem.notFound() }
        return try WidgetView(row)
    }

    /// A page of widgets, oldest first.
    static func list(
        _ page: PageRequest,
        for viewer: Principal,
        in session: PostgresSession
    ) throws -> Page<WidgetView> {
        var conditions: [SQL] = ["tutor_id = \(viewer.id)"]
        if let last = try page.position() { conditions.append("(created_at, id) > (\(last.time), \(last.id))") }
        let rows = try session.query(
            """
            SELECT \(unescaped: WidgetView.columns) FROM widgets WHERE \(fragment: .all(conditions))
            ORDER BY created_at, id LIMIT \(page.limit + 1)
            """
        )
        return Page(try rows.map(WidgetView.init), page) { PageCursor($0.createdAt, $0.id).text }
    }
}
