internal import Postgres

/// The read models of the student service; append only.
enum StudentMigrations {
    static let all: [Migration] = [
        Migration(100, "progress", Self.progress),
        Migration(101, "ledger", Self.ledger),
        Migration(102, "achievements", Self.achievements),
    ]

    /// Experience is a `numeric`: it outgrows 64 bits.
    private static let progress = """
        CREATE TABLE progress (
            student_id         uuid    PRIMARY KEY,
            xp                 numeric NOT NULL DEFAULT 0,
            lessons_completed  integer NOT NULL DEFAULT 0,
            study_minutes      integer NOT NULL DEFAULT 0,
            topics_mastered    integer NOT NULL DEFAULT 0,
            returns            integer NOT NULL DEFAULT 0,
            day_streak         integer NOT NULL DEFAULT 0,
            best_day_streak    integer NOT NULL DEFAULT 0,
            streak_held_until  date,
            lesson_streak      integer NOT NULL DEFAULT 0
        );
        """

    /// The places of entries are those of their events, so that a rebuilt ledger is the same ledger.
    private static let ledger = """
        CREATE TABLE xp_ledger (
            student_id     uuid        NOT NULL,
            stream_version bigint      NOT NULL,
            ordinal        integer     NOT NULL,
            event_id       uuid        NOT NULL,
            amount         integer     NOT NULL,
            reason         text        NOT NULL,
            cause_id       text        NOT NULL,
            occurred_at    timestamptz NOT NULL,
            PRIMARY KEY (student_id, stream_version, ordinal)
        );
        """

    private static let achievements = """
        CREATE TABLE achievements (
            student_id     uuid        NOT NULL,
            achievement_id text        NOT NULL,
            xp             integer     NOT NULL,
            earned_at      timestamptz NOT NULL,
            PRIMARY KEY (student_id, achievement_id)
        );
        """
}
