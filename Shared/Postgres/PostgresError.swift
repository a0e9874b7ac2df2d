/// What went wrong between this process and PostgreSQL.
///
/// `description` says what kind of error it is and nothing that could be personal; `debugDescription` adds the server's
/// text and the SQL. Neither ever contains a parameter value: the server's DETAIL and CONTEXT, which quote rows, are not
/// even read, and its message is dropped for class 22 (data exceptions), which quotes the offending value.
public struct PostgresError: Error, Sendable {
    /// The kind of error; open for more kinds.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the kind.
        public let description: String

        /// No connection could be opened.
        public static let connectFailed = Code(description: "connectFailed")
        /// The connection broke; what was not committed is rolled back by the server.
        public static let connectionLost = Code(description: "connectionLost")
        /// The server did not answer in time, or ended the statement because of its timeout.
        public static let timeout = Code(description: "timeout")
        /// No connection became free in time, or too many callers wait already.
        public static let poolExhausted = Code(description: "poolExhausted")
        /// The client was shut down.
        public static let closed = Code(description: "closed")
        /// The server refused a statement; `sqlState` says why.
        public static let server = Code(description: "server")
        /// The connection broke during COMMIT and it could not be found out whether the transaction took effect.
        public static let commitOutcomeUnknown = Code(description: "commitOutcomeUnknown")
        /// The transaction was rolled back although its body returned: the body swallowed an error.
        public static let transactionAborted = Code(description: "transactionAborted")
        /// The task was cancelled.
        public static let cancelled = Code(description: "cancelled")
        /// The connection string makes no sense.
        public static let invalidConfiguration = Code(description: "invalidConfiguration")
        /// A parameter that PostgreSQL can not represent, or a session that is used after its closure.
        public static let invalidUse = Code(description: "invalidUse")
        /// A value that is not what the caller expects.
        public static let decoding = Code(description: "decoding")
        /// A migration that was changed after it had been applied, or a broken list of migrations.
        public static let migration = Code(description: "migration")
    }

    /// The kind of error.
    public let code: Code
    /// The server's error code, when the server had a say.
    public let sqlState: SQLState?
    /// The constraint that refused the statement.
    public let constraint: String?
    /// The table the error is about.
    public let table: String?
    /// The text, free of parameter values.
    let message: String
    /// The statement that failed.
    package internal(set) var sql: String?
    /// Whether a prepared statement no longer fits the schema, because a migration has changed it since.
    let isStalePlan: Bool

    init(
        _ code: Code,
        _ message: String,
        sqlState: SQLState? = nil,
        constraint: String? = nil,
        table: String? = nil,
        sql: String? = nil,
        isStalePlan: Bool = false
    ) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.constraint = constraint
        self.table = table
        self.sql = sql
        self.isStalePlan = isStalePlan
    }

    /// Whether the connection that threw this is gone.
    public var isConnectionLost: Bool {
        self.code == .connectionLost || self.code == .connectFailed
    }

    /// Whether repeating the transaction from its beginning may help: it is certain that it had no effect.
    public var isRetriableTransaction: Bool {
        switch self.sqlState {
        case SQLState.serializationFailure, SQLState.deadlockDetected, SQLState.invalidStatementName: true
        // A body that dawdles would dawdle again.
        case SQLState.idleInTransactionTimeout: false
        default: self.isStalePlan || self.code == .connectionLost
        }
    }

    /// Whether the same request may succeed later without anybody changing anything.
    ///
    /// Always false for `commitOutcomeUnknown`: the effect may be there already.
    public var isRetriable: Bool {
        let transient: Set<Code> = [.connectFailed, .connectionLost, .timeout, .poolExhausted]
        if transient.contains(self.code) || self.isRetriableTransaction { return true }
        guard let sqlState, self.code == .server else { return false }
        // 53: insufficient resources, 57P0x: operator intervention.
        return sqlState == .lockNotAvailable || sqlState == .readOnlyTransaction || sqlState.category == "53"
            || sqlState.rawValue.hasPrefix("57P")
    }

    /// Whether nothing but a change of configuration or code can help.
    public var isFatal: Bool {
        !self.isRetriable && self.code != .cancelled && self.code != .commitOutcomeUnknown
    }

    func with(sql: String?) -> PostgresError {
        var copy = self
        copy.sql = sql
        return copy
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    /// The kind of error, the SQLSTATE and the constraint.
    public var description: String {
        var parts = ["postgres: \(self.code)"]
        if let sqlState { parts.append("SQLSTATE \(sqlState)") }
        if let constraint { parts.append("constraint \(constraint)") }
        return parts.joined(separator: ", ")
    }

    /// Everything known about the error except parameter values.
    public var debugDescription: String {
        var text = "\(self.description): \(self.message)"
        if let table { text += " [table \(table)]" }
        if let sql { text += " [SQL: \(sql)]" }
        return text
    }
}
