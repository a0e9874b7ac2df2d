internal import Directory
public import EventSourcing
public import EventStorePostgres
public import Postgres

/// A service: what is its own, and nothing that is common.
///
/// One value per service, and everything else follows from it: the process, its commands, its health, its tests.
public struct ServiceDefinition<Settings: Sendable>: Sendable {
    /// The name, for example `lesson`: in logs, metrics, queues and, with `_service`, the schema.
    public let name: String
    /// The port it listens on unless told otherwise.
    public let port: Int
    /// The shape of its read models, numbered from 100, append-only.
    public let migrations: [Migration]
    /// The read models that follow its own events; each can be rebuilt.
    public let projections: [AnyProjection]
    /// What it tells the others.
    public let publications: Publications
    /// Reads the settings that only this service has.
    let settings: @Sendable (inout ConfigurationReader) -> Settings
    /// Puts the service together.
    let compose: @Sendable (ServiceContext, Settings) throws -> ServiceParts

    /// Defines a service.
    ///
    /// - Parameters:
    ///   - settings: Reads the settings that only this service has.
    ///   - compose: Puts the service together: routes, subscriptions, work in the background.
    public init(
        name: String,
        port: Int,
        migrations: [Migration],
        projections: [AnyProjection],
        publications: Publications,
        settings: @escaping @Sendable (inout ConfigurationReader) -> Settings,
        compose: @escaping @Sendable (ServiceContext, Settings) throws -> ServiceParts
    ) {
        self.name = name
        self.port = port
        self.migrations = migrations
        self.projections = projections
        self.publications = publications
        self.settings = settings
        self.compose = compose
    }

    /// The schema it owns.
    public var schema: String { "\(self.name)_service" }

    /// Every migration: those of the foundation and its own.
    package var allMigrations: [Migration] {
        EventStoreMigrations.all + DirectoryMigrations.all + IdempotencyMigrations.all + self.migrations
    }
}
