public import EventSourcing
public import Foundation
public import Postgres

/// One transaction in which facts are recorded: the session, the origin of what happens in it, and the time.
///
/// Lives inside ``EventLog/transaction(_:_:)`` and, because it may run again after a conflict, has no effect but on the
/// database.
public struct UnitOfWork {
    /// The connection, inside its transaction.
    public let session: PostgresSession
    /// Where the events of this transaction come from.
    public let metadata: EventMetadata
    /// The time of all that happens in it.
    public let now: Date

    /// The same transaction with another origin, for effects of a received event.
    public func caused(by metadata: EventMetadata) -> UnitOfWork {
        UnitOfWork(session: self.session, metadata: metadata, now: self.now)
    }
}

/// The door to the log of one service.
public struct EventLog: Sendable {
    private let client: PostgresClient
    private let clock: @Sendable () -> Date
    private let committed: @Sendable () -> Void

    /// Opens the log.
    ///
    /// - Parameters:
    ///   - client: Connections whose search path is the service's schema.
    ///   - clock: The time; only tests drive it.
    ///   - committed: Called after each commit; wakes the relay.
    public init(
        client: PostgresClient,
        clock: @escaping @Sendable () -> Date = { Date() },
        committed: @escaping @Sendable () -> Void = {}
    ) {
        self.client = client
        self.clock = clock
        self.committed = committed
    }

    /// Runs a body in one transaction and commits.
    ///
    /// - Parameters:
    ///   - metadata: The origin of the events that it records.
    ///   - body: Runs on the connection's thread; again, when somebody else appended to the same stream first.
    /// - Throws: What the body throws; `EventStoreError.versionConflict` when conflicts do not end.
    public func transaction<Result: Sendable>(
        _ metadata: EventMetadata,
        _ body: @escaping @Sendable (UnitOfWork) throws -> Result
    ) async throws -> Result {
        let clock = self.clock
        let result = try await self.client.transaction(retries: 10) { session in
            try body(UnitOfWork(session: session, metadata: metadata, now: clock()))
        }
        self.committed()
        return result
    }
}
