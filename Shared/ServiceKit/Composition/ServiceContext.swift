public import EventStorePostgres
public import Foundation
public import Logging
public import Postgres

/// What a service is given to put itself together with.
public struct ServiceContext: Sendable {
    /// Connections to its schema.
    public let postgres: PostgresClient
    /// The door to its event log.
    public let log: EventLog
    /// The time; only tests drive it.
    public let clock: @Sendable () -> Date
    /// The logger.
    public let logger: Logger
}
