internal import Contracts
internal import EventSourcing
internal import Foundation
internal import Postgres
internal import ServiceKit

/// Reads people, and shows each only to those who have to do with them.
enum PeopleQueries {
    /// A person; `nil` when there is none that this viewer may see.
    static func person(_ id: UUID, for viewer: Principal, in session: PostgresSession) throws -> UserView? {
        try session.queryFirst(
            "SELECT \(unescaped: UserView.columns) FROM people WHERE id = \(id) AND \(fragment: Self.isVisible(to: viewer))"
        ).map(UserView.init)
    }

    /// A page of people, in the order of their coming.
    static func list(
        _ filter: UserFilter,
        _ page: PageRequest,
        for viewer: Principal,
        in session: PostgresSession
    ) throws -> Page<UserView> {
        var conditions = [Self.isVisible(to: viewer), "status <> 'erased'"]
        if let role = filter.role { conditions.append("role = \(role.rawValue)") }
        if let search = filter.search {
            conditions.append("strpos(lower(full_name), lower(\(search))) > 0 OR strpos(email, lower(\(search))) > 0")
        }
        if let last = try page.position() { conditions.append("(created_at, id) > (\(last.time), \(last.id))") }
        let rows = try session.query(
            """
            SELECT \(unescaped: UserView.columns) FROM people WHERE \(fragment: .all(conditions))
            ORDER BY created_at, id LIMIT \(page.limit + 1)
            """
        )
        let people = try rows.prefix(page.limit).map(UserView.init)
        let next = rows.count > page.limit ? people.last.map { PageCursor($0.createdAt, $0.id).text } : nil
        return Page(people, nextCursor: next)
    }

    /// Whether there is an administrator.
    static func hasAdmin(in session: PostgresSession) throws -> Bool {
        try session.queryFirst("SELECT 1 FROM people WHERE role = 'admin' LIMIT 1") != nil
    }

    /// Everybody sees himself, those he brought, and those whom a student connects him with: a tutor his students and their
    /// parents, a parent the children and their tutors, a student the own tutors and parents.
    private static func isVisible(to viewer: Principal) -> SQL {
        guard viewer.role != .admin else { return "true" }
        return """
            (id = \(viewer.id) OR introduced_by = \(viewer.id)
             OR id IN (SELECT student FROM directory_relations WHERE person = \(viewer.id))
             OR id IN (SELECT person FROM directory_relations WHERE student = \(viewer.id))
             OR id IN (SELECT other.person FROM directory_relations mine
                       JOIN directory_relations other USING (student)
                       WHERE mine.person = \(viewer.id) AND other.relation <> mine.relation))
            """
    }
}
