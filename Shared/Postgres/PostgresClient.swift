public import BlockingIO
public import Logging
public import ServiceLifecycle

/// The door to a PostgreSQL database: a pool of connections, each with a thread of its own.
///
/// The door is asynchronous, the room behind it is not: a closure runs on a connection's thread, where blocking harms nobody,
/// and uses a ``PostgresSession`` in plain sequential code.
///
/// Usable as soon as it is created. ``run()`` closes it on graceful shutdown; put it before its users in the service group.
public final class PostgresClient: Sendable, Service {
    private let configuration: PostgresConfiguration
    private let pool: ConnectionPool<PostgresConnection>
    private let logger: Logger

    /// How long a connection may be in use before somebody should know.
    private static let longLoan: Duration = .seconds(10)
    /// How long to look for the outcome of a COMMIT whose answer was lost.
    private static let resolutionTime: Duration = .seconds(10)

    /// Creates a client; nothing is connected before it is needed.
    ///
    /// - Parameters:
    ///   - configuration: Where the server is and how long to wait for what.
    ///   - logger: Hears about lost connections and repeated transactions.
    public init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        self.pool = ConnectionPool(configuration: configuration.pool) {
            do {
                return try await PostgresConnection.open(configuration)
            } catch {
                logger.warning("postgres: connecting failed", metadata: ["error": "\(String(reflecting: error))"])
                throw error
            }
        }
    }

    /// What the pool is doing right now.
    public var statistics: PoolStatistics { self.pool.statistics }

    /// Waits for graceful shutdown or cancellation, then closes the pool.
    ///
    /// - Throws: `CancellationError`.
    public func run() async throws {
        defer { self.close() }
        try await gracefulShutdown()
    }

    /// Closes the pool: connections in use are closed when they are given back, later uses are refused.
    public func close() {
        self.pool.close()
    }

    /// Runs `body` on one connection, without a transaction.
    ///
    /// - Parameter body: Uses the session; must not let it escape.
    /// - Returns: What `body` returns.
    /// - Throws: ``PostgresError`` or what `body` throws.
    @discardableResult
    public func withSession<R: Sendable>(_ body: @Sendable (PostgresSession) throws -> R) async throws -> R {
        try await self.lend { try await $0.session(body) }
    }

    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// `BEGIN` travels with the first statement and `COMMIT` with the last. Serialization failures, deadlocks and connections
    /// lost *before* COMMIT are repeated with a growing, random pause, so `body` may run several times and must have no
    /// effect outside the database. If the connection is lost *during* COMMIT, the server is asked what became of the
    /// transaction; if that can not be found out, `commitOutcomeUnknown` is thrown and nothing is repeated.
    ///
    /// - Parameters:
    ///   - isolation: How much the transaction sees of others.
    ///   - retries: How often to repeat at most.
    ///   - body: Uses the session; must not let it escape.
    /// - Returns: What `body` returns.
    /// - Throws: ``PostgresError`` or what `body` throws.
    @discardableResult
    public func transaction<R: Sendable>(
        _ isolation: IsolationLevel = .readCommitted,
        retries: Int = 3,
        _ body: @Sendable (PostgresSession) throws -> R
    ) async throws -> R {
        var attempt = 0
        while true {
            let failure: any Error
            let cause: PostgresError?
            switch try await self.lend({ try await $0.transaction(isolation, body) }) {
            case .committed(let value):
                return value
            case .rolledBack(let error, let reason):
                (failure, cause) = (error, reason)
            case .uncertain(let value, let id, let error):
                if try await self.wasCommitted(id, after: error) { return value }
                (failure, cause) = (error, error)
            }
            guard attempt < retries, let cause, cause.isRetriableTransaction, !Task.isCancelled else { throw failure }
            attempt += 1
            self.logger.debug("postgres: repeating a transaction", metadata: ["cause": "\(cause)"])
            try await self.pause(attempt)
        }
    }

    private func lend<R: Sendable>(_ body: @Sendable (PostgresConnection) async throws -> R) async throws -> R {
        while true {
            do {
                return try await self.pool.withConnection { connection in
                    let started = ContinuousClock.now
                    defer { self.complainIfLong(since: started) }
                    return try await body(connection)
                }
            } catch is PostgresConnection.Stale {
                // It has left the pool; the next one is another or a new one.
                continue
            } catch PoolError.exhausted {
                throw PostgresError(.poolExhausted, "no connection became free in time")
            } catch PoolError.closed {
                throw PostgresError(.closed, "the client is closed")
            } catch is CancellationError {
                throw PostgresError(.cancelled, "the task was cancelled")
            }
        }
    }

    /// PG-4: who keeps a connection for long takes it from all others.
    private func complainIfLong(since started: ContinuousClock.Instant) {
        let duration = started.duration(to: .now)
        guard duration > Self.longLoan else { return }
        self.logger.warning("postgres: a connection was in use for long", metadata: ["duration": "\(duration)"])
    }

    /// PG-3: finds out what became of a transaction whose COMMIT was not answered.
    private func wasCommitted(_ id: TransactionID?, after error: PostgresError) async throws -> Bool {
        let unknown = PostgresError(.commitOutcomeUnknown, "no answer to COMMIT: \(error.message)")
        guard let id else { throw unknown }
        // A transaction that wrote nothing has nothing to lose.
        if id.id == nil { return false }
        let deadline = ContinuousClock.now + Self.resolutionTime
        var attempt = 0
        while ContinuousClock.now < deadline {
            attempt += 1
            do {
                switch try await self.withSession({ try id.status(in: $0) }) {
                case .committed: return true
                case .aborted: return false
                case .unknown: throw unknown
                case .inProgress: break
                }
                try await self.pause(attempt)
            } catch let error as PostgresError where error.isRetriable {
                self.logger.warning("postgres: outcome of COMMIT not known yet", metadata: ["error": "\(error)"])
                try await self.pause(attempt)
            } catch {
                // Also when cancelled: what can not be asked remains unknown.
                throw unknown
            }
        }
        throw unknown
    }

    /// Between half and all of 20 ms, 40 ms, … 640 ms, so that those who met do not meet again.
    private func pause(_ attempt: Int) async throws {
        let longest = 10_000 << min(attempt, 6)
        do {
            try await Task.sleep(for: .microseconds(Int.random(in: longest / 2...longest)))
        } catch {
            throw PostgresError(.cancelled, "the task was cancelled")
        }
    }
}
