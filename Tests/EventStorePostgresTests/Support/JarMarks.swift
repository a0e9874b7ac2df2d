import EventSourcing
import EventStorePostgres
import Postgres
import SampleService

/// How many marbles are in the jars, of which no two may hold the same number.
struct JarMarks: Projection {
    typealias Source = Jar

    static let name = "jar-marks"
    static let tables = ["jar_marks"]

    static let migration = Migration(
        101,
        "jar marks",
        """
        CREATE TABLE jar_marks (
            jar     uuid    PRIMARY KEY,
            marbles integer NOT NULL,
            EXCLUDE (marbles WITH =)
        );
        """
    )

    func project(_ recorded: Recorded<JarEvent>, into session: PostgresSession) throws {
        switch recorded.event {
        case .marblesAdded(let added):
            session.enqueue("INSERT INTO jar_marks (jar, marbles) VALUES (\(recorded.stream.id), \(added.count))")
        case .marblesTaken(let taken):
            session.enqueue(
                "UPDATE jar_marks SET marbles = marbles - \(taken.count) WHERE jar = \(recorded.stream.id)"
            )
        }
    }
}
