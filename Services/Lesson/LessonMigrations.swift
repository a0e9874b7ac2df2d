internal import Postgres

/// The read models of the lesson service; append only.
enum LessonMigrations {
    static let all: [Migration] = [
        Migration(100, "lessons", Self.lessons),
        Migration(101, "calendar", Self.calendar),
        Migration(102, "erasures", Self.erasures),
    ]

    private static let lessons = """
        CREATE TABLE lessons (
            id                 uuid        PRIMARY KEY,
            tutor_id           uuid        NOT NULL,
            student_ids        uuid[]      NOT NULL,
            subject            text        NOT NULL,
            topic              text        NOT NULL,
            lesson_type        text        NOT NULL,
            skills             text[]      NOT NULL,
            starts_at          timestamptz NOT NULL,
            original_starts_at timestamptz NOT NULL,
            duration_minutes   integer     NOT NULL,
            time_zone          text        NOT NULL,
            status             text        NOT NULL,
            has_moved          boolean     NOT NULL DEFAULT false,
            participants       jsonb       NOT NULL,
            mastery_level      text,
            comment            text,
            room_url           text,
            notes              text,
            version            bigint      NOT NULL,
            created_at         timestamptz NOT NULL,
            updated_at         timestamptz NOT NULL
        );
        CREATE INDEX ON lessons (starts_at, id);
        CREATE INDEX ON lessons (tutor_id, starts_at, id);
        CREATE INDEX ON lessons USING gin (student_ids);
        """

    /// When people are busy.
    ///
    /// The constraint, not a check, keeps two lessons apart: it also holds between two transactions that can not see
    /// each other.
    private static let calendar = """
        CREATE EXTENSION IF NOT EXISTS btree_gist;
        CREATE TABLE calendar (
            lesson_id uuid      NOT NULL,
            person    uuid      NOT NULL,
            during    tstzrange NOT NULL,
            PRIMARY KEY (lesson_id, person),
            EXCLUDE USING gist (person WITH =, during WITH &&)
        );
        """

    /// Whose lessons still have texts to be erased, and why.
    private static let erasures = """
        ALTER TABLE lessons ADD COLUMN texts_erased boolean NOT NULL DEFAULT false;
        CREATE TABLE erasures (
            person_id      uuid PRIMARY KEY,
            correlation_id text NOT NULL,
            causation_id   uuid,
            trace_parent   text
        );
        """
}
