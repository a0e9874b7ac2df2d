internal import Postgres

/// The read models of the widget service; append only.
enum WidgetMigrations {
    static let all: [Migration] = [
        Migration(100, "widgets", Self.widgets)
    ]

    private static let widgets = """
        CREATE TABLE widgets (
            id         uuid        PRIMARY KEY,
            tutor_id   uuid        NOT NULL,
            title      text        NOT NULL,
            version    bigint      NOT NULL,
            created_at timestamptz NOT NULL
        );
        CREATE INDEX ON widgets (tutor_id, created_at, id);
        """
}
