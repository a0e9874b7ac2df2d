public import Contracts
public import EventSourcing
public import FoundationEssentials
public import Postgres

/// Writes the directory.
///
/// Every fact comes with the version of the stream it stands in, and may be heard late or twice: the newest wins.
public enum DirectoryWriter {
    /// Adds a person.
    public static func add(
        _ person: UUID,
        _ role: PersonRole,
        _ locale: Language,
        _ timeZone: TimeZoneID,
        at version: StreamVersion,
        in session: PostgresSession
    ) {
        session.enqueue(
            """
            INSERT INTO directory_people (id, role) VALUES (\(person), \(role.rawValue))
            ON CONFLICT (id) DO UPDATE SET role = coalesce(directory_people.role, excluded.role)
            """
        )
        self.update(person, locale, timeZone, at: version, in: session)
    }

    /// Notes a language and time zone.
    public static func update(
        _ person: UUID,
        _ locale: Language,
        _ timeZone: TimeZoneID,
        at version: StreamVersion,
        in session: PostgresSession
    ) {
        session.enqueue(
            """
            INSERT INTO directory_people AS known (id, locale, time_zone, profile_version)
            VALUES (\(person), \(locale.rawValue), \(timeZone.description), \(version.rawValue))
            ON CONFLICT (id) DO UPDATE SET locale = excluded.locale, time_zone = excluded.time_zone,
                profile_version = excluded.profile_version
            WHERE known.profile_version < excluded.profile_version
            """
        )
    }

    /// Notes whether a person may use the platform.
    public static func set(
        _ status: Person.Status,
        of person: UUID,
        at version: StreamVersion,
        in session: PostgresSession
    ) {
        session.enqueue(
            """
            INSERT INTO directory_people AS known (id, status, status_version)
            VALUES (\(person), \(status.rawValue), \(version.rawValue))
            ON CONFLICT (id) DO UPDATE SET status = excluded.status, status_version = excluded.status_version
            WHERE known.status_version < excluded.status_version
            """
        )
    }

    /// Notes that somebody teaches a student, or answers for a student.
    public static func relate(
        _ person: UUID,
        as relation: Relation,
        to student: UUID,
        at version: StreamVersion,
        in session: PostgresSession
    ) {
        session.enqueue(
            """
            INSERT INTO directory_relations AS known (student, relation, person, version)
            SELECT \(student)::uuid, \(relation.rawValue)::text, \(person)::uuid, \(version.rawValue)::bigint
            WHERE NOT EXISTS (
                SELECT FROM directory_separations
                WHERE student = \(student) AND relation = \(relation.rawValue) AND person = \(person)
                  AND version > \(version.rawValue))
            ON CONFLICT (student, relation, person) DO UPDATE SET version = excluded.version
            WHERE known.version < excluded.version
            """
        )
    }

    /// Notes that somebody does not any more.
    public static func separate(
        _ person: UUID,
        as relation: Relation,
        from student: UUID,
        at version: StreamVersion,
        in session: PostgresSession
    ) {
        session.enqueue(
            """
            INSERT INTO directory_separations AS known (student, relation, person, version)
            VALUES (\(student), \(relation.rawValue), \(person), \(version.rawValue))
            ON CONFLICT (student, relation, person) DO UPDATE SET version = excluded.version
            WHERE known.version < excluded.version
            """
        )
        session.enqueue(
            """
            DELETE FROM directory_relations
            WHERE student = \(student) AND relation = \(relation.rawValue) AND person = \(person)
              AND version < \(version.rawValue)
            """
        )
    }
}
