internal import Postgres

/// The read models of the user service; append only.
enum UserMigrations {
    static let all: [Migration] = [
        Migration(100, "people", Self.people),
        Migration(101, "credentials", Self.credentials),
        Migration(102, "sessions", Self.sessions),
        Migration(103, "signing keys", Self.signingKeys),
        Migration(104, "ended sessions", Self.endedSessions),
    ]

    /// The only place where personal data stands in the clear.
    ///
    /// Erasing a person empties the row; so does a rebuild, because the log can not be read without the person's key. That
    /// somebody is blocked stands beside the status, which is the same again afterwards.
    private static let people = """
        CREATE TABLE people (
            id                uuid        PRIMARY KEY,
            role              text        NOT NULL,
            status            text        NOT NULL,
            is_blocked        boolean     NOT NULL DEFAULT false,
            full_name         text,
            email             text,
            phone             text,
            telegram_username text,
            bio               text,
            locale            text        NOT NULL,
            time_zone         text        NOT NULL,
            introduced_by     uuid,
            version           bigint      NOT NULL,
            created_at        timestamptz NOT NULL
        );
        CREATE INDEX ON people (introduced_by);
        CREATE INDEX ON people (created_at, id);
        CREATE INDEX ON people (role, created_at, id);
        """

    private static let credentials = """
        CREATE TABLE credentials (
            user_id       uuid PRIMARY KEY,
            email         text UNIQUE,
            password_hash text,
            telegram_id   bigint UNIQUE
        );
        CREATE TABLE access_codes (
            user_id       uuid PRIMARY KEY,
            selector_hash text NOT NULL UNIQUE
        );
        """

    private static let sessions = """
        CREATE TABLE sessions (
            id         uuid        PRIMARY KEY,
            user_id    uuid        NOT NULL,
            opened_at  timestamptz NOT NULL,
            used_at    timestamptz NOT NULL,
            revoked_at timestamptz
        );
        CREATE INDEX ON sessions (user_id) WHERE revoked_at IS NULL;
        """

    /// The gateway asks every other second which sessions have ended lately.
    private static let endedSessions = """
        CREATE INDEX ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;
        """

    private static let signingKeys = """
        CREATE TABLE signing_keys (
            id          text        PRIMARY KEY,
            wrapped_key bytea       NOT NULL,
            created_at  timestamptz NOT NULL
        );
        """
}
