public import Contracts
public import FoundationEssentials
public import Postgres

/// Who is who, and who belongs to whom, as far as this service has heard.
public enum DirectoryQueries {
    /// A person; `nil` when this service has not heard who that is.
    public static func person(_ id: UUID, in session: PostgresSession) throws -> Person? {
        try session.queryFirst(
            """
            SELECT role, status, locale, time_zone FROM directory_people
            WHERE id = \(id) AND role IS NOT NULL
            """
        )
        .flatMap { row in
            guard
                let role = PersonRole(rawValue: try row.decode(0)),
                let status = Person.Status(rawValue: try row.decode(1)),
                let locale = Language(rawValue: try row.decode(2)),
                let timeZone = TimeZoneID(try row.decode(3))
            else { return nil }
            return Person(id: id, role: role, status: status, locale: locale, timeZone: timeZone)
        }
    }

    /// The students that a person is a tutor or parent of.
    public static func students(
        of person: UUID,
        as relation: Relation,
        in session: PostgresSession
    ) throws -> [UUID] {
        try session.query(
            """
            SELECT student FROM directory_relations WHERE person = \(person) AND relation = \(relation.rawValue)
            ORDER BY student
            """
        ).map { try $0.decode(0) }
    }

    /// Whether one of these people was erased; until the end of the transaction none of them can be.
    ///
    /// Whoever is about to write something down about a person asks this first: an erasure that is heard of at the same
    /// moment waits, and then finds what was written.
    public static func isAnyErased(_ people: [UUID], in session: PostgresSession) throws -> Bool {
        try session.query("SELECT status FROM directory_people WHERE id = ANY(\(people)) ORDER BY id FOR SHARE")
            .contains { try $0.decode(0, as: String.self) == Person.Status.erased.rawValue }
    }
}
