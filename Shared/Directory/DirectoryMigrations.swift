public import Postgres

/// The tables in which every service knows who is who.
public enum DirectoryMigrations {
    /// All of them, in order; numbers 50 to 59 of the foundation.
    public static let all: [Migration] = [
        Migration(50, "directory", Self.directory)
    ]

    private static let directory = """
        CREATE TABLE directory_people (
            id        uuid PRIMARY KEY,
            role      text NOT NULL,
            status    text NOT NULL,
            locale    text NOT NULL,
            time_zone text NOT NULL
        );
        CREATE TABLE directory_relations (
            student  uuid NOT NULL,
            relation text NOT NULL,
            person   uuid NOT NULL,
            PRIMARY KEY (student, relation, person)
        );
        CREATE INDEX ON directory_relations (person, relation);
        """
}
