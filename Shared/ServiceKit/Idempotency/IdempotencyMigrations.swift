public import Postgres

/// The table in which every service remembers its answers.
public enum IdempotencyMigrations {
    /// All of them, in order; numbers 40 to 49 of the foundation.
    public static let all: [Migration] = [
        Migration(40, "idempotency keys", Self.keys),
        Migration(41, "idempotency secrets", Self.secrets),
    ]

    private static let keys = """
        CREATE TABLE idempotency_keys (
            principal   uuid        NOT NULL,
            route       text        NOT NULL,
            key         text        NOT NULL,
            fingerprint bytea       NOT NULL,
            status      integer     NOT NULL,
            headers     jsonb       NOT NULL,
            body        bytea       NOT NULL,
            created_at  timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (principal, route, key)
        );
        CREATE INDEX ON idempotency_keys (created_at);
        """

    /// Answers are encrypted from here on; those before may hold secrets, and must not stay.
    private static let secrets = """
        TRUNCATE idempotency_keys;
        ALTER TABLE idempotency_keys ADD COLUMN mentions uuid[] NOT NULL DEFAULT '{}';
        """
}
