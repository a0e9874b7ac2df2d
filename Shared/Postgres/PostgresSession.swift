/// The use of one connection for the length of a closure.
///
/// Everything here blocks the connection's own thread and nobody else's. A session must not leave its closure; used later it
/// throws `invalidUse`.
///
/// Statements that are enqueued travel together with the next one that waits: a transaction of one `BEGIN`, ten `enqueue`
/// and the `COMMIT` is one round trip. Outside ``PostgresClient/transaction(_:retries:_:)``, what travels together is one
/// implicit transaction.
public final class PostgresSession {
    private let pipeline: PostgresPipeline
    private let gate: CancellationGate
    private let configuration: PostgresConfiguration
    private var isOpen = true
    private var savepoints = 0

    init(pipeline: PostgresPipeline, gate: CancellationGate, configuration: PostgresConfiguration) {
        self.pipeline = pipeline
        self.gate = gate
        self.configuration = configuration
    }

    /// Runs a statement, after everything that was enqueued, and returns its rows.
    ///
    /// - Parameter sql: The statement.
    /// - Returns: All rows.
    /// - Throws: ``PostgresError``: the first error of what was enqueued and this statement.
    public func query(_ sql: SQL) throws -> [Row] {
        try self.ask(sql)?.rows ?? []
    }

    /// Runs a statement, after everything that was enqueued, and returns its first row.
    ///
    /// - Parameter sql: The statement.
    /// - Returns: The first row, if there is any.
    /// - Throws: ``PostgresError``: the first error of what was enqueued and this statement.
    public func queryFirst(_ sql: SQL) throws -> Row? {
        guard let result = try self.ask(sql), result.rowCount > 0 else { return nil }
        return Row(result: result, index: 0)
    }

    /// Runs a statement, after everything that was enqueued, and returns how many rows it changed.
    ///
    /// - Parameter sql: The statement.
    /// - Returns: The number of inserted, updated, deleted or selected rows.
    /// - Throws: ``PostgresError``: the first error of what was enqueued and this statement.
    @discardableResult
    public func execute(_ sql: SQL) throws -> Int {
        try self.ask(sql)?.affectedRows ?? 0
    }

    /// Queues a statement whose result does not matter; it is sent with the next one that waits, or with the COMMIT.
    ///
    /// Its error, if any, is thrown there.
    ///
    /// - Parameter sql: The statement.
    public func enqueue(_ sql: SQL) {
        guard self.isOpen else { return }
        self.pipeline.send(sql, as: .effect)
    }

    /// Waits for everything that was enqueued.
    ///
    /// - Throws: ``PostgresError``: the first error of what was enqueued.
    public func flush() throws {
        _ = try self.complete()
    }

    /// Runs statements separated by semicolons, without parameters; what a migration needs.
    ///
    /// Outside a transaction they form one implicit transaction.
    ///
    /// - Parameter script: The statements; must not contain foreign input.
    /// - Throws: ``PostgresError``.
    public func execute(script: String) throws {
        try self.guarded { try self.pipeline.run(script: script) }
    }

    /// Stores rows with `COPY … FROM STDIN` in text format, the fastest way to store many.
    ///
    /// - Parameters:
    ///   - sql: For example `COPY people (id, name) FROM STDIN`; without parameters.
    ///   - write: Writes the rows. If it throws, none is stored.
    /// - Returns: The number of stored rows.
    /// - Throws: ``PostgresError`` or what `write` throws.
    public func copyIn(_ sql: SQL, _ write: (inout CopyWriter) throws -> Void) throws -> Int {
        try self.guarded {
            try self.pipeline.copyIn(sql) { send in
                try withoutActuallyEscaping(send) { send in
                    var writer = CopyWriter(send: send)
                    try write(&writer)
                    try writer.flush()
                }
            }
        }
    }

    /// Runs `body` so that its failure undoes only what it did; for use inside a transaction.
    ///
    /// - Parameter body: What may fail.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws, after rolling back to the state before it.
    public func savepoint<R>(_ body: () throws -> R) throws -> R {
        // What was enqueued before belongs to the transaction, not to the savepoint.
        try self.flush()
        self.savepoints += 1
        let name = "savepoint_\(self.savepoints)"
        defer { self.savepoints -= 1 }
        self.enqueue(SQL(unescaped: "SAVEPOINT \(name)"))
        do {
            let value = try body()
            self.enqueue(SQL(unescaped: "RELEASE SAVEPOINT \(name)"))
            try self.flush()
            return value
        } catch {
            // Not if the connection is gone or the caller has gone away: then the first error is the one that matters.
            if self.pipeline.failure == nil, !self.gate.isCancelled {
                self.pipeline.discard()
                self.enqueue(SQL(unescaped: "ROLLBACK TO SAVEPOINT \(name)"))
                self.enqueue(SQL(unescaped: "RELEASE SAVEPOINT \(name)"))
                try self.flush()
            }
            throw error
        }
    }

    /// Lets the statements of this transaction run for longer than configured.
    ///
    /// - Parameter timeout: The new `statement_timeout`, until the transaction ends.
    public func setStatementTimeout(_ timeout: Duration) {
        self.enqueue(SQL(unescaped: "SET LOCAL statement_timeout = \(timeout.milliseconds)"))
        self.pipeline.patience = timeout + self.configuration.grace
    }

    /// Ends the use: later calls are refused.
    func close() {
        self.isOpen = false
    }

    private func ask(_ sql: SQL) throws -> PostgresResult? {
        try self.guarded {
            self.pipeline.send(sql, as: .answer)
            return try self.pipeline.complete()
        }
    }

    private func complete() throws -> PostgresResult? {
        try self.guarded { try self.pipeline.complete() }
    }

    private func guarded<R>(_ body: () throws -> R) throws -> R {
        guard self.isOpen else { throw PostgresError(.invalidUse, "a session was used after its closure") }
        guard !self.gate.isCancelled else { throw PostgresError(.cancelled, "the task was cancelled") }
        do {
            return try body()
        } catch let error as PostgresError {
            throw self.gate.translate(error)
        }
    }
}
