public import Contracts
public import FoundationEssentials
public import Postgres

/// Writes the directory, in the order in which things became known.
public enum DirectoryWriter {
    /// Adds a person.
    public static func add(
        _ person: UUID,
        _ role: PersonRole,
        _ locale: Language,
        _ timeZone: TimeZoneID,
        in session: PostgresSession
    ) {
        session.enqueue(
            """
            INSERT INTO directory_people (id, role, status, locale, time_zone)
            VALUES (\(person), \(role.rawValue), 'active', \(locale.rawValue), \(timeZone.description))
            ON CONFLICT DO NOTHING
            """
        )
    }

    /// Notes a new language or time zone.
    public static func update(
        _ person: UUID,
        _ locale: Language,
        _ timeZone: TimeZoneID,
        in session: PostgresSession
    ) {
        session.enqueue(
            """
            UPDATE directory_people SET locale = \(locale.rawValue), time_zone = \(timeZone.description)
            WHERE id = \(person)
            """
        )
    }

    /// Notes whether a person may use the platform.
    public static func set(_ status: Person.Status, of person: UUID, in session: PostgresSession) {
        session.enqueue("UPDATE directory_people SET status = \(status.rawValue) WHERE id = \(person)")
    }

    /// Notes that somebody teaches a student, or answers for a student.
    public static func relate(
        _ person: UUID,
        as relation: Relation,
        to student: UUID,
        in session: PostgresSession
    ) {
        session.enqueue(
            """
            INSERT INTO directory_relations (student, relation, person)
            VALUES (\(student), \(relation.rawValue), \(person)) ON CONFLICT DO NOTHING
            """
        )
    }

    /// Notes that somebody does not any more.
    public static func separate(
        _ person: UUID,
        as relation: Relation,
        from student: UUID,
        in session: PostgresSession
    ) {
        session.enqueue(
            """
            DELETE FROM directory_relations
            WHERE student = \(student) AND relation = \(relation.rawValue) AND person = \(person)
            """
        )
    }
}
