internal import Contracts
internal import EventSourcing
internal import Foundation
internal import Postgres
internal import ServiceKit

/// Reads people, and shows each only to those who have to do with them.
enum PeopleQueries {
    /// A person as it stands, with what this transaction has done.
    ///
    /// - Throws: A 404 `Problem` when there is none that the viewer may see.
    static func person(_ id: UUID, for viewer: Principal, in session: PostgresSession) throws -> UserView {
        let circle = Circle(of: viewer)
        let row = try session.queryFirst(
            """
            \(fragment: circle.definition) SELECT \(fragment: UserView.columns(circle.includes)) FROM people
            WHERE id = \(id) AND \(fragment: circle.includes("id"))
            """
        )
        guard let row else { throw Problem.notFound() }
        return try UserView(row)
    }

    /// Whether a tutor looks after a person: teaches that student, or a child of that parent, or has brought a parent who has
    /// no child yet.
    static func isLookedAfter(_ id: UUID, by tutor: UUID, in session: PostgresSession) throws -> Bool {
        try session.queryFirst(
            """
            SELECT 1 FROM people WHERE id = \(id) AND (
                \(fragment: Self.isBroughtByAndNobodys(tutor))
                OR EXISTS (SELECT FROM directory_relations
                           WHERE student = id AND relation = 'tutor' AND person = \(tutor))
                OR EXISTS (SELECT FROM directory_relations child JOIN directory_relations mine USING (student)
                           WHERE child.person = id AND child.relation = 'parent'
                             AND mine.person = \(tutor) AND mine.relation = 'tutor'))
            """
        ) != nil
    }

    /// A page of people, in the order of their coming.
    static func list(
        _ filter: UserFilter,
        _ page: PageRequest,
        for viewer: Principal,
        in session: PostgresSession
    ) throws -> Page<UserView> {
        let circle = Circle(of: viewer)
        var conditions = [circle.includes("id"), "status <> 'erased'"]
        if let role = filter.role { conditions.append("role = \(role.rawValue)") }
        if let search = filter.search {
            conditions.append("strpos(lower(full_name), lower(\(search))) > 0 OR strpos(email, lower(\(search))) > 0")
        }
        if let last = try page.position() { conditions.append("(created_at, id) > (\(last.time), \(last.id))") }
        let rows = try session.query(
            """
            \(fragment: circle.definition) SELECT \(fragment: UserView.columns(circle.includes)) FROM people
            WHERE \(fragment: .all(conditions))
            ORDER BY created_at, id LIMIT \(page.limit + 1)
            """
        )
        return Page(try rows.map(UserView.init), page) { PageCursor($0.createdAt, $0.id).text }
    }

    /// Whether there is an administrator, besides one.
    static func hasAdmin(except one: UUID? = nil, in session: PostgresSession) throws -> Bool {
        try session.queryFirst(
            """
            SELECT 1 FROM people WHERE role = 'admin' AND status <> 'erased' AND id IS DISTINCT FROM \(one) LIMIT 1
            """
        ) != nil
    }

    /// How many people somebody has brought who have not come in yet.
    static func countInvited(by person: UUID, in session: PostgresSession) throws -> Int {
        try session.queryFirst(
            "SELECT count(*) FROM people WHERE introduced_by = \(person) AND status = 'invited'"
        )?.decode(0) ?? 0
    }

    /// Whether a person was brought by somebody and has never been anybody's parent.
    ///
    /// Who has brought a student is not asked: that is the student's tutor, or was.
    fileprivate static func isBroughtByAndNobodys(_ person: UUID) -> SQL {
        """
        introduced_by = \(person) AND role = 'parent'
        AND NOT EXISTS (SELECT FROM directory_relations WHERE person = people.id AND relation = 'parent')
        AND NOT EXISTS (SELECT FROM directory_separations WHERE person = people.id AND relation = 'parent')
        """
    }
}

/// The people whom somebody may know of.
///
/// Everybody sees himself, and those whom a student connects him with: a tutor his students and their parents, a parent the
/// children and their tutors, a student the own tutors and parents. A parent whom a tutor has brought he sees until there is
/// a child, which decides from then on. An administrator sees everybody.
private struct Circle {
    private let viewer: Principal

    init(of viewer: Principal) {
        self.viewer = viewer
    }

    /// Goes before the statement that uses ``includes(_:)``.
    var definition: SQL {
        guard self.viewer.role != .admin else { return "" }
        return """
            WITH circle (member) AS MATERIALIZED (
                SELECT \(self.viewer.id)::uuid
                UNION SELECT id FROM people WHERE \(fragment: PeopleQueries.isBroughtByAndNobodys(self.viewer.id))
                UNION SELECT student FROM directory_relations WHERE person = \(self.viewer.id)
                UNION SELECT person FROM directory_relations WHERE student = \(self.viewer.id)
                UNION SELECT other.person FROM directory_relations mine
                      JOIN directory_relations other USING (student)
                      WHERE mine.person = \(self.viewer.id) AND other.relation <> mine.relation)
            """
    }

    /// Whether the person in a column is one of them.
    func includes(_ column: SQL) -> SQL {
        self.viewer.role == .admin ? "true" : "\(fragment: column) IN (SELECT member FROM circle)"
    }
}
