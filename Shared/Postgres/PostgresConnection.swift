internal import BlockingIO
internal import Synchronization

/// One connection on its own thread: async outside, blocking inside.
actor PostgresConnection: PoolableConnection {
    /// Thrown before anything was sent: the connection died while it was idle.
    struct Stale: Error {}

    /// How a transaction ended, as far as this connection can tell.
    enum Outcome<R: Sendable>: Sendable {
        case committed(R)
        case rolledBack(any Error, cause: PostgresError?)
        /// The connection was lost while COMMIT was under way.
        case uncertain(R, TransactionID?, PostgresError)
    }

    private nonisolated let executor: ThreadExecutor
    private nonisolated let gate: CancellationGate
    private nonisolated let usable = Atomic(true)
    private let configuration: PostgresConfiguration
    private let pipeline: PostgresPipeline

    nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    /// Whether the connection may be lent again.
    nonisolated var isReusable: Bool { self.usable.load(ordering: .acquiring) }

    /// Connects, on the new connection's own thread.
    static func open(_ configuration: PostgresConfiguration) async throws -> PostgresConnection {
        let executor = ThreadExecutor(name: "postgres")
        let pipeline = try await Connector(executor: executor).connect(configuration)
        return PostgresConnection(executor: executor, configuration: configuration, pipeline: pipeline)
    }

    private init(executor: ThreadExecutor, configuration: PostgresConfiguration, pipeline: sending PostgresPipeline) {
        self.executor = executor
        self.configuration = configuration
        self.gate = CancellationGate(pipeline.handle.makeCancellation())
        self.pipeline = pipeline
    }

    func isAlive() -> Bool {
        self.pipeline.reset(patience: .seconds(1))
        self.pipeline.send("SELECT 1", as: .answer)
        do {
            return try self.pipeline.complete() != nil
        } catch {
            return false
        }
    }

    /// Subscribes to channels until the connection ends.
    func listen(to channels: [String]) throws {
        for channel in channels { self.pipeline.send("LISTEN \(identifier: channel)", as: .effect) }
        _ = try self.pipeline.complete()
    }

    /// Waits for notifications; none if there were none in time.
    func notifications(within limit: Duration) throws -> [(channel: String, payload: String)] {
        try self.pipeline.notifications(until: .now + limit)
    }

    /// Runs `body` without a transaction.
    nonisolated func session<R: Sendable>(_ body: @Sendable (PostgresSession) throws -> R) async throws -> R {
        try await self.lend { try await self.runSession(body) }
    }

    /// Runs `body` in a transaction: BEGIN travels with the first statement, COMMIT with the last.
    nonisolated func transaction<R: Sendable>(
        _ isolation: IsolationLevel,
        _ body: @Sendable (PostgresSession) throws -> R
    ) async throws -> Outcome<R> {
        try await self.lend { try await self.runTransaction(isolation, body) }
    }

    private nonisolated func lend<R: Sendable>(_ body: @Sendable () async throws -> R) async throws -> R {
        let loan = self.gate.open()
        return try await withTaskCancellationHandler(operation: body) { self.gate.cancel(loan: loan) }
    }

    private func runSession<R>(_ body: (PostgresSession) throws -> R) throws -> R {
        let session = try self.begin()
        defer { self.end(session) }
        let value: R
        do {
            value = try body(session)
        } catch {
            // What was queued and not waited for must not take effect: without a Sync the server undoes it.
            if self.pipeline.hasPending {
                self.pipeline.fail(PostgresError(.connectionLost, "given up with statements under way"))
            }
            throw error
        }
        // Not if there is nothing to wait for: what is done is done, also for a task that is cancelled now.
        if self.pipeline.hasPending { try session.flush() }
        return value
    }

    private func runTransaction<R>(
        _ isolation: IsolationLevel,
        _ body: (PostgresSession) throws -> R
    ) throws -> Outcome<R> {
        let session = try self.begin()
        defer { self.end(session) }
        self.pipeline.send(isolation.begin, as: .effect)
        let value: R
        do {
            value = try body(session)
        } catch {
            // The body may have translated the error; whether to repeat is decided by what the server said.
            let cause = error as? PostgresError ?? self.pipeline.cause
            self.rollBack()
            return .rolledBack(error, cause: cause)
        }
        guard !self.gate.isCancelled else {
            self.rollBack()
            throw PostgresError(.cancelled, "the task was cancelled")
        }
        // The body swallowed the loss of the connection. COMMIT can not be sent any more, so nothing is uncertain.
        if let failure = self.pipeline.failure { return .rolledBack(failure, cause: failure) }
        do throws(PostgresError) {
            try self.commit()
            return .committed(value)
        } catch {
            guard self.pipeline.failure != nil, error.isConnectionLost || error.code == .timeout else {
                self.rollBack()
                return .rolledBack(self.gate.translate(error), cause: error)
            }
            return .uncertain(value, try self.pipeline.transactionID.map(TransactionID.init), error)
        }
    }

    private func commit() throws(PostgresError) {
        // Manual, COMMIT: a failed transaction is rolled back by it, and that is not an error. Here it is one.
        guard !self.pipeline.handle.isInFailedTransaction else {
            throw PostgresError(.transactionAborted, "a statement had failed before the body returned")
        }
        self.pipeline.send(TransactionID.query, as: .transactionID)
        // The id is of use only if it arrives even when the answer to COMMIT does not.
        self.pipeline.requestFlush()
        self.pipeline.send("COMMIT", as: .effect)
        _ = try self.pipeline.complete()
    }

    private func rollBack() {
        self.pipeline.discard()
        guard self.pipeline.failure == nil, self.pipeline.handle.isInTransaction else { return }
        self.pipeline.send("ROLLBACK", as: .effect)
        self.pipeline.discard()
    }

    private func begin() throws -> PostgresSession {
        self.pipeline.reset(patience: self.configuration.statementTimeout + self.configuration.grace)
        guard !Task.isCancelled else {
            self.release()
            throw PostgresError(.cancelled, "the task was cancelled")
        }
        do throws(PostgresError) {
            try self.pipeline.checkIdle()
        } catch {
            self.pipeline.fail(error)
            self.release()
            throw Stale()
        }
        return PostgresSession(pipeline: self.pipeline, gate: self.gate, configuration: self.configuration)
    }

    private func end(_ session: PostgresSession) {
        session.close()
        self.pipeline.discard()
        self.release()
    }

    /// PG-2: only an idle, healthy connection that nobody tries to cancel any more goes back to the pool.
    private func release() {
        let wasCancelled = self.gate.close()
        if wasCancelled || !self.pipeline.handle.isIdle {
            self.pipeline.fail(PostgresError(.connectionLost, "given back in the middle of something"))
        } else if self.pipeline.failure == nil {
            self.pipeline.trimStatements()
        }
        if self.pipeline.failure != nil { self.usable.store(false, ordering: .releasing) }
    }
}

/// Connects on the thread that will own the connection.
private actor Connector {
    private nonisolated let executor: ThreadExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    init(executor: ThreadExecutor) {
        self.executor = executor
    }

    func connect(_ configuration: PostgresConfiguration) throws -> sending PostgresPipeline {
        PostgresPipeline(
            handle: try PostgresHandle.connect(keywords: configuration.keywords),
            statementCacheSize: configuration.statementCacheSize,
            patience: configuration.statementTimeout + configuration.grace
        )
    }
}
