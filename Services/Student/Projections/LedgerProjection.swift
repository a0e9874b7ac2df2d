internal import Contracts
internal import EventSourcing
internal import EventStorePostgres
internal import Postgres

/// Every point of experience, with what it was for.
struct LedgerProjection: Projection {
    typealias Source = Student

    static let name = "ledger"
    static let tables = ["xp_ledger"]

    func project(_ recorded: Recorded<StudentEvent>, into session: PostgresSession) throws {
        for (ordinal, entry) in recorded.event.ledger.enumerated() {
            session.enqueue(
                """
                INSERT INTO xp_ledger (student_id, stream_version, ordinal, event_id, amount, reason, cause_id, occurred_at)
                VALUES (\(recorded.stream.id), \(recorded.streamVersion.rawValue), \(ordinal), \(recorded.id),
                    \(entry.amount), \(entry.cause.reason.rawValue), \(entry.cause.id), \(recorded.recordedAt))
                """
            )
        }
    }
}
