package import EventStorePostgres
public import Messaging
public import Postgres
package import ServiceLifecycle

/// A service put together: everything it consists of, in the order in which it starts.
///
/// Production and tests build it with the same function; tests may drive the clock.
public struct ServiceRuntime: Sendable {
    /// Its HTTP face, with the routes that every service has.
    public let routes: RouteTable
    /// What it does about the events of others.
    public let subscriptions: Subscriptions
    /// How it is.
    public let health: HealthRegistry
    /// Connections to its schema.
    public let postgres: PostgresClient
    /// The keys of the persons whose data its events hold, if they do.
    package let personalKeys: PersonalKeys?
    /// What runs, dependencies first: it is stopped in reverse.
    package let services: [any Service]
}
