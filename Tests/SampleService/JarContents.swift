public import EventSourcing
public import EventStorePostgres
public import Postgres

/// What is in the jars: the read model of the tests.
public struct JarContents: Projection {
    /// The aggregate it follows.
    public typealias Source = Jar

    /// Its name.
    public static let name = "jar-contents"
    /// The tables it writes.
    public static let tables = ["jar_contents", "jar_changes"]

    /// The read model.
    public init() {}

    /// The tables.
    public static let migration = Migration(
        100,
        "jar contents",
        """
        CREATE TABLE jar_contents (
            id      uuid    PRIMARY KEY,
            marbles integer NOT NULL
        );
        CREATE INDEX ON jar_contents (marbles);
        CREATE TABLE jar_changes (
            jar        uuid        NOT NULL,
            version    bigint      NOT NULL,
            change     integer     NOT NULL,
            changed_at timestamptz NOT NULL,
            PRIMARY KEY (jar, version)
        );
        """
    )

    /// Takes in one event.
    public func project(_ recorded: Recorded<JarEvent>, into session: PostgresSession) throws {
        let change =
            switch recorded.event {
            case .marblesAdded(let added): added.count
            case .marblesTaken(let taken): -taken.count
            }
        session.enqueue(
            """
            INSERT INTO jar_contents AS jar (id, marbles) VALUES (\(recorded.stream.id), \(change))
            ON CONFLICT (id) DO UPDATE SET marbles = jar.marbles + excluded.marbles
            """
        )
        session.enqueue(
            """
            INSERT INTO jar_changes (jar, version, change, changed_at)
            VALUES (\(recorded.stream.id), \(recorded.streamVersion.rawValue), \(change), \(recorded.recordedAt))
            """
        )
    }
}
