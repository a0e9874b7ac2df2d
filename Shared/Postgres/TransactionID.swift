/// What it takes to find out later whether a transaction was committed.
struct TransactionID: Sendable {
    enum Status: String, Sendable, PostgresDecodable {
        case committed
        case aborted
        case inProgress = "in progress"
        /// Too old, or the server can not tell it from another transaction of the same id.
        case unknown
    }

    /// `nil` if the transaction has written nothing.
    let id: String?
    /// The server's time at its beginning.
    private let startedAt: String

    /// Asked right before COMMIT.
    static let query: SQL = "SELECT pg_current_xact_id_if_assigned()::text, date_trunc('second', now())::text"

    init(result: PostgresResult) throws {
        let row = Row(result: result, index: 0)
        self.id = try row.decode(0)
        self.startedAt = try row.decode(1)
    }

    /// Asks the server what became of the transaction.
    ///
    /// `pg_xact_status` alone could lie after a crash: ids whose log was not written yet are given out again. An id is
    /// therefore only trusted if the last checkpoint (every crash recovery ends with one) knows it, or is older than the
    /// transaction. An id "in the future" was forgotten in a crash, and the transaction with it.
    func status(in session: PostgresSession) throws -> Status {
        do {
            let row = try session.queryFirst(
                """
                SELECT CASE
                    WHEN checkpoint_time < \(self.startedAt)::timestamptz
                        OR \(self.id)::text::numeric < split_part(next_xid, ':', 1)::numeric * 4294967296
                            + split_part(next_xid, ':', 2)::numeric
                    THEN coalesce(pg_xact_status(\(self.id)::text::xid8), 'unknown')
                    ELSE CASE pg_xact_status(\(self.id)::text::xid8) WHEN 'in progress' THEN 'in progress' ELSE 'unknown' END
                    END
                FROM pg_control_checkpoint()
                """
            )
            return try row?.decode(0) ?? .unknown
        } catch SQLState.invalidParameterValue {
            return .aborted
        }
    }
}
