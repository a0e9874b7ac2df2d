public import EventSourcing
public import Foundation
public import Postgres

/// The door to the log of one service: every change of it goes through here.
public struct EventLog: Sendable {
    /// Each waits for as long as the connection waits for a lock.
    private static let attemptsAtGate = 5

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
    /// - Throws: What the body throws, or `PostgresError`; one with SQLSTATE 40001 when conflicts do not end.
    @discardableResult
    public func transaction<Result: Sendable>(
        _ metadata: EventMetadata,
        _ body: @escaping @Sendable (UnitOfWork) throws -> Result
    ) async throws -> Result {
        let result = try await self.passingGate {
            try await self.client.transaction(retries: 10) { [clock] session in
                session.enqueue(ProjectionGate.enter)
                return try body(UnitOfWork(session: session, metadata: metadata, now: clock().toTheMillisecond))
            }
        }
        FaultPoint.reach("after_commit")
        self.committed()
        return result
    }

    /// Waits at the gate for longer than for other locks: a rebuilt model that takes the live one's place is worth it.
    private func passingGate<Result>(_ work: () async throws -> Result) async throws -> Result {
        for _ in 1..<Self.attemptsAtGate {
            do {
                return try await work()
            } catch let error as PostgresError where ProjectionGate.isClosed(error) {
                continue
            }
        }
        return try await work()
    }
}
