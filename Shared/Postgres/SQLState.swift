/// A five-character error code of the SQL standard or of PostgreSQL (manual, appendix A).
///
/// Usable in patterns: `catch SQLState.uniqueViolation { … }`.
public struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The five characters.
    public let rawValue: String

    /// Wraps the five characters.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The five characters.
    public var description: String { self.rawValue }

    /// The first two characters: the class of the error.
    public var category: Substring { self.rawValue.prefix(2) }

    /// Whether an error that was thrown carries this code.
    public static func ~= (state: SQLState, error: any Error) -> Bool {
        (error as? PostgresError)?.sqlState == state
    }
}

extension SQLState {
    /// A statement that the server can not prepare or run in this form, among others after its result type changed.
    public static let featureNotSupported = SQLState(rawValue: "0A000")
    /// A function argument that makes no sense.
    public static let invalidParameterValue = SQLState(rawValue: "22023")
    /// NULL in a column that is NOT NULL.
    public static let notNullViolation = SQLState(rawValue: "23502")
    /// A reference to a row that does not exist.
    public static let foreignKeyViolation = SQLState(rawValue: "23503")
    /// A second row with the same unique key.
    public static let uniqueViolation = SQLState(rawValue: "23505")
    /// A value that a CHECK refuses.
    public static let checkViolation = SQLState(rawValue: "23514")
    /// A row that an exclusion constraint refuses.
    public static let exclusionViolation = SQLState(rawValue: "23P01")
    /// A write in a transaction, or on a server, that only reads.
    public static let readOnlyTransaction = SQLState(rawValue: "25006")
    /// A transaction that did nothing for longer than `idle_in_transaction_session_timeout`.
    public static let idleInTransactionTimeout = SQLState(rawValue: "25P03")
    /// A prepared statement that does not exist.
    public static let invalidStatementName = SQLState(rawValue: "26000")
    /// A transaction that could not be ordered among the others; it may succeed when repeated.
    public static let serializationFailure = SQLState(rawValue: "40001")
    /// A transaction that was sacrificed to resolve a deadlock; it may succeed when repeated.
    public static let deadlockDetected = SQLState(rawValue: "40P01")
    /// Something that the role may not do.
    public static let insufficientPrivilege = SQLState(rawValue: "42501")
    /// A statement that does not parse.
    public static let syntaxError = SQLState(rawValue: "42601")
    /// A table that does not exist.
    public static let undefinedTable = SQLState(rawValue: "42P01")
    /// A lock that was not granted within `lock_timeout`.
    public static let lockNotAvailable = SQLState(rawValue: "55P03")
    /// A statement ended by its timeout or on request.
    public static let queryCanceled = SQLState(rawValue: "57014")
}
