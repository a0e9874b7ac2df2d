public import Postgres

/// The tables in which every service knows who is who.
public enum DirectoryMigrations {
    /// All of them, in order; numbers 50 to 59 of the foundation.
    public static let all: [Migration] = [
        Migration(50, "directory", Self.directory)
    ]

    /// What is heard late must not undo what was heard before.
    ///
    /// So each fact has the version of its stream, a separation is kept, and a person may be known before the role is.
    private static let directory = """
        CREATE TABLE directory_people (
            id              uuid   PRIMARY KEY,
            role            text,
            status          text   NOT NULL DEFAULT 'active',
            locale          text,
            time_zone       text,
            status_version  bigint NOT NULL DEFAULT 0,
            profile_version bigint NOT NULL DEFAULT 0
        );
        CREATE TABLE directory_relations (
            student  uuid   NOT NULL,
            relation text   NOT NULL,
            person   uuid   NOT NULL,
            version  bigint NOT NULL DEFAULT 0,
            PRIMARY KEY (student, relation, person)
        );
        CREATE INDEX ON directory_relations (person, relation);
        CREATE TABLE directory_separations (
            student  uuid   NOT NULL,
            relation text   NOT NULL,
            person   uuid   NOT NULL,
            version  bigint NOT NULL,
            PRIMARY KEY (student, relation, person)
        );
        """
}
