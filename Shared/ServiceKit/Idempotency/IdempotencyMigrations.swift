public import Postgres

/// The table in which every service remembers its answers.
public enum IdempotencyMigrations {
    /// All of them, in order; numbers 40 to 49 of the foundation.
    public static let all: [Migration] = [Migration(40, "idempotency keys", Self.keys)]

    /// Bodies are encrypted; `mentions` are the persons in them, so that their answers go when they do.
    private static let keys = """
        CREATE TABLE idempotency_keys (
            principal   uuid        NOT NULL,
            route       text        NOT NULL,
            key         text        NOT NULL,
            fingerprint bytea       NOT NULL,
            status      integer     NOT NULL,
            headers     jsonb       NOT NULL,
            body        bytea       NOT NULL,
            mentions    uuid[]      NOT NULL,
            created_at  timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (principal, route, key)
        );
        CREATE INDEX ON idempotency_keys (created_at);
        """
}
