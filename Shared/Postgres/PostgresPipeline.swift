internal import DequeModule

/// The conversation on one connection: what was asked and not yet answered.
///
/// Statements are queued with ``send(_:as:)`` and answered, in order, by ``complete()``: one round trip for all of them. After
/// an error the server skips everything up to the sync; so does this class, and the first error is the one that is thrown.
///
/// Deliberately not `Sendable`: it lives on its connection's thread.
final class PostgresPipeline {
    /// What is done with the result of a statement.
    enum Purpose {
        /// Only its errors matter.
        case effect
        /// It is what ``complete()`` returns.
        case answer
        /// It is the id of the current transaction.
        case transactionID
    }

    private enum Expectation {
        case prepared(StatementCache.Key)
        case executed(Purpose, sql: String)
        case sync
    }

    let handle: PostgresHandle
    private var statements: StatementCache
    private var expected: Deque<Expectation> = []
    /// Whether anything was sent since the last sync: answers may all have come already, and still the server waits for one.
    private var needsSync = false
    /// Bytes queued since libpq's buffer was last known to be empty.
    private var queuedBytes = 0
    private var answer: PostgresResult?
    private(set) var transactionID: PostgresResult?
    private var firstError: PostgresError?
    /// The error that the current transaction met last, for those who decide whether to repeat it.
    private(set) var lastError: PostgresError?
    private var mustDeallocateAll = false
    /// Set once the connection is of no use any more.
    private(set) var failure: PostgresError?
    /// How long to wait for the answer to one statement.
    var patience: Duration

    /// The amount of queued bytes from which on the socket is served even before a sync, to bound libpq's buffer.
    private static let highWater = 65_536

    init(handle: consuming PostgresHandle, statementCacheSize: Int, patience: Duration) {
        self.handle = handle
        self.statements = StatementCache(capacity: statementCacheSize)
        self.patience = patience
    }

    /// Whether anything was sent, or failed to be sent, since the last ``complete()``.
    var hasPending: Bool { self.needsSync || self.firstError != nil }

    /// Queues a statement.
    ///
    /// Errors, also local ones, are kept for ``complete()``.
    func send(_ sql: SQL, as purpose: Purpose) {
        guard self.failure == nil, self.firstError == nil else { return }
        do throws(PostgresError) {
            try self.queue(sql, as: purpose)
            if self.queuedBytes > Self.highWater { try self.drain() }
        } catch {
            self.note(error.with(sql: sql.text))
        }
    }

    /// Asks the server to send the answers so far while it goes on working.
    func requestFlush() {
        guard self.failure == nil, self.firstError == nil else { return }
        if !self.handle.requestFlush() { self.note(self.handle.lost()) }
    }

    /// Waits for all answers.
    ///
    /// - Returns: The result of the last statement that was sent as ``Purpose/answer``.
    /// - Throws: The first error since the last call.
    func complete() throws(PostgresError) -> PostgresResult? {
        defer {
            self.answer = nil
            self.firstError = nil
        }
        if self.failure == nil, self.needsSync {
            do throws(PostgresError) {
                guard self.handle.sync() else { throw self.handle.lost() }
                self.needsSync = false
                self.expected.append(.sync)
                while !self.expected.isEmpty { try self.receive() }
                self.queuedBytes = 0
            } catch {
                self.note(error)
            }
        }
        if let error = self.firstError ?? self.failure { throw error }
        return self.answer
    }

    /// Forgets what earlier work left behind.
    func reset(patience: Duration) {
        self.patience = patience
        self.transactionID = nil
        self.firstError = nil
        self.lastError = nil
    }

    /// Finishes what is under way, whatever comes of it; a connection that breaks meanwhile is marked as failed.
    func discard() {
        do throws(PostgresError) {
            _ = try self.complete()
        } catch {
            // Its consequences were drawn when it arrived.
        }
    }

    /// The error that makes the current transaction impossible.
    var cause: PostgresError? {
        self.failure ?? (self.handle.isInFailedTransaction ? self.lastError : nil)
    }

    /// Makes sure that nothing happened to the connection while it was idle.
    func checkIdle() throws(PostgresError) {
        while self.handle.hasInput { try self.handle.read() }
        guard self.handle.isConnected, self.handle.isIdle else { throw self.handle.lost() }
    }

    /// Waits for notifications while nothing else is under way.
    func notifications(
        until deadline: ContinuousClock.Instant
    ) throws(PostgresError) -> [(channel: String, payload: String)] {
        var notifications: [(channel: String, payload: String)] = []
        repeat {
            // Those that came along with the answers to statements are here already.
            while let notification = self.handle.takeNotification() { notifications.append(notification) }
            guard notifications.isEmpty else { break }
        } while try self.handle.wait(until: deadline, orWritable: false) == .ready
        return notifications
    }

    /// Drops prepared statements that are too many or too old; only between transactions.
    func trimStatements() {
        let evicted = self.statements.evict()
        guard self.mustDeallocateAll || !evicted.isEmpty else { return }
        let names = self.mustDeallocateAll ? ["ALL"] : evicted
        self.mustDeallocateAll = false
        do {
            try self.run(script: names.map { "DEALLOCATE \($0)" }.joined(separator: ";"))
        } catch {
            self.fail(PostgresError(.connectionLost, "prepared statements could not be dropped"))
        }
    }

    /// Marks the connection unusable.
    func fail(_ error: PostgresError) {
        self.failure = self.failure ?? error
    }

    private func queue(_ sql: SQL, as purpose: Purpose) throws(PostgresError) {
        guard !sql.arguments.containsNUL else {
            throw PostgresError(.invalidUse, "a parameter contains U+0000, which PostgreSQL can not store")
        }
        guard sql.arguments.count <= Int(UInt16.max) else {
            throw PostgresError(.invalidUse, "more than 65,535 parameters")
        }
        let key = StatementCache.Key(text: sql.text, types: sql.arguments.types)
        let known = self.statements.name(for: key)
        let name = if let known { known } else { try self.prepare(key) }
        self.needsSync = true
        guard self.handle.execute(name, sql.arguments) else { throw self.handle.lost() }
        self.expected.append(.executed(purpose, sql: sql.text))
        self.queuedBytes += sql.arguments.byteCount + 64
    }

    private func prepare(_ key: StatementCache.Key) throws(PostgresError) -> String {
        guard !key.text.utf8.contains(0) else { throw PostgresError(.invalidUse, "a statement contains U+0000") }
        let name = self.statements.insert(key)
        self.needsSync = true
        self.expected.append(.prepared(key))
        guard self.handle.prepare(name, key.text, types: key.types) else { throw self.handle.lost() }
        self.queuedBytes += key.text.utf8.count
        return name
    }

    /// Writes all that is queued, and reads what the server says meanwhile.
    private func drain() throws(PostgresError) {
        while try self.handle.flush() {
            try self.wait(until: .now + self.patience, orWritable: true)
            while self.handle.hasResult, !self.expected.isEmpty { try self.accept(self.handle.takeResult()) }
        }
        self.queuedBytes = 0
    }

    private func receive() throws(PostgresError) {
        if !self.handle.hasResult {
            let deadline = ContinuousClock.now + self.patience
            repeat {
                try self.wait(until: deadline, orWritable: try self.handle.flush())
            } while !self.handle.hasResult
        }
        try self.accept(self.handle.takeResult())
    }

    /// Waits for the socket; a server that stays silent is as good as gone.
    func wait(until deadline: ContinuousClock.Instant, orWritable: Bool) throws(PostgresError) {
        guard try self.handle.wait(until: deadline, orWritable: orWritable) == .ready else {
            throw PostgresError(.timeout, "the server does not answer")
        }
    }

    private func accept(_ result: PostgresResult?) throws(PostgresError) {
        guard let expectation = self.expected.first else { return }
        guard let result else {
            // The results of every statement end with nil; those of a sync do not, so here libpq has given up.
            if case .sync = expectation { throw self.handle.lost() }
            self.expected.removeFirst()
            return
        }
        switch (result.status, expectation) {
        case (.pipelineSync, .sync):
            self.expected.removeFirst()
        case (.success, .executed(.answer, _)):
            self.answer = result
        case (.success, .executed(.transactionID, _)):
            self.transactionID = result
        case (.success, _):
            break
        case (.unexpected, _), (.copyIn, _):
            throw self.refuseCopy()
        case (_, .prepared(let key)):
            self.statements.remove(key)
            self.noteFailure(result, sql: key.text)
        case (_, .executed(_, let sql)):
            self.noteFailure(result, sql: sql)
        case (_, .sync):
            self.noteFailure(result, sql: nil)
        }
    }

    /// Gives up: a COPY that nobody expects neither ends nor lets anything else begin.
    func refuseCopy() -> PostgresError {
        let error = PostgresError(.invalidUse, "COPY works with copyIn only")
        self.fail(error)
        return error
    }

    private func noteFailure(_ result: PostgresResult, sql: String?) {
        // What follows an error in a pipeline is skipped; the error itself was noted before.
        guard result.status != .pipelineAborted else {
            if self.firstError == nil { self.note(self.handle.lost()) }
            return
        }
        self.note(result.error.with(sql: sql))
    }

    private func note(_ error: PostgresError) {
        self.firstError = self.firstError ?? error
        self.remember(error)
    }

    /// Draws the consequences of an error for the connection.
    func remember(_ error: PostgresError) {
        self.lastError = error
        // A read-only answer comes from a primary that has become a standby: the next connection finds the new one.
        let isSpent = error.isConnectionLost || error.sqlState == .readOnlyTransaction
        // After a time-out of ours the answer is still to come; a time-out of the server's is an answer.
        if isSpent || (error.code == .timeout && error.sqlState == nil) { self.fail(error) }
        if error.isStalePlan || error.sqlState == .invalidStatementName {
            self.statements.removeAll()
            self.mustDeallocateAll = true
        }
    }
}
