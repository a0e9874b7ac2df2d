internal import Postgres

/// Keeps writers out for the moment in which a rebuilt read model takes the place of the live one.
///
/// An advisory lock that every writer shares from his first statement on. Locking the tables alone would not do: a writer
/// that has read a model and is about to append would wait for the log's lock while the rebuild waits for the model's.
enum ProjectionGate {
    /// Passes through, together with other writers.
    static let enter: SQL =
        "SELECT pg_advisory_xact_lock_shared(hashtextextended('projections of ' || current_schema(), 0))"

    /// Whether a writer has waited there in vain.
    static func isClosed(_ error: PostgresError) -> Bool {
        error.sqlState == .lockNotAvailable && error.sql == Self.enter.text
    }

    /// Waits until every writer has left, and holds the others up until the transaction ends.
    static func close(_ schema: String) -> SQL {
        "SELECT pg_advisory_xact_lock(hashtextextended('projections of ' || \(schema), 0))"
    }
}
