/// What it takes to find out later whether a transaction was committed.
struct TransactionID: Sendable {
    enum Status: String, Sendable, PostgresDecodable {
        case committed
        case aborted
        case inProgress = "in progress"
        /// Too old, or perhaps another transaction of the same id.
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
    /// After a crash `pg_xact_status` alone could lie: ids whose log had not been written yet are given out again. Every crash
    /// recovery ends with a checkpoint, so "committed" is only believed if the last checkpoint is older than the transaction
    /// or knows its id. An id "in the future" was forgotten in a crash, and its transaction with it.
    func status(in session: PostgresSession) throws -> Status {
        do {
            let row = try session.queryFirst(
                """
                SELECT CASE
                    WHEN status = 'committed' AND checkpoint_time >= \(self.startedAt)::timestamptz
                        AND \(self.id)::numeric >= split_part(next_xid, ':', 1)::numeric * 4294967296
                            + split_part(next_xid, ':', 2)::numeric
                    THEN NULL
                    ELSE status
                END
                FROM pg_control_checkpoint(), pg_xact_status(\(self.id)::xid8) AS status
                """
            )
            return try row?.decode(0, as: Status?.self) ?? .unknown
        } catch SQLState.invalidParameterValue {
            return .aborted
        }
    }
}
