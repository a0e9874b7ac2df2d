public import Logging
public import Messaging
public import Postgres
public import RabbitMQ

/// What every service reads from its environment.
public struct PlatformSettings: Sendable {
    /// The least severe lines that are logged.
    public var logLevel: Logger.Level
    /// The address to listen on.
    public var host: String
    /// The port to listen on.
    public var port: Int
    /// The database, as the role of the service.
    public var postgres: PostgresConfiguration
    /// The role that may change the shape of the schema; `nil` when it is the login role itself.
    public var schemaOwner: String?
    /// The broker.
    public var broker: RabbitMQConfiguration
    /// The address of its management interface, which sets and shows policies.
    public var managementURL: String
    /// The names on it.
    public var bus: EventBus
    /// Where the public keys of access tokens are; the service that makes them has its own.
    public var jwksURL: String
    /// What services prove to each other.
    public var internalKey: String

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - service: The name of the service, for example `lesson`; its schema is called `lesson_service`.
    ///   - port: The port it listens on unless told otherwise.
    static func read(_ reader: inout ConfigurationReader, service: String, port: Int) -> PlatformSettings {
        let schema = "\(service)_service"
        let broker = Self.broker(&reader, service: service)
        let managementPort = reader.read(
            .port("RABBITMQ_MANAGEMENT_PORT", default: 15672, "Port of the brokers' management interface.")
        )
        return PlatformSettings(
            logLevel: reader.read(.choice("LOG_LEVEL", default: .info, "The least severe lines that are logged.")),
            host: reader.read(.string("HOST", default: "127.0.0.1", "The address to listen on.")),
            port: reader.read(.port("PORT", default: port, "The port to listen on.")),
            postgres: Self.postgres(&reader, schema: schema),
            schemaOwner: reader.readIfPresent(
                .string("POSTGRES_OWNER", "The role that migrations run as, when the login role may not change tables.")
            ),
            broker: broker,
            managementURL: "http://\(broker.hosts.first?.name ?? "localhost"):\(managementPort)",
            bus: EventBus(
                prefix: reader.read(.string("EVENT_BUS_PREFIX", default: "", "Sets platforms on one broker apart."))
            ),
            jwksURL: reader.read(
                .string(
                    "JWKS_URL",
                    default: "http://127.0.0.1:8001/.well-known/jwks.json",
                    "Where the public keys of access tokens are."
                )
            ),
            internalKey: reader.read(
                .secret("INTERNAL_SERVICE_KEY", minimumLength: 32, "What gateway and services prove to each other.")
            )
        )
    }

    private static func postgres(_ reader: inout ConfigurationReader, schema: String) -> PostgresConfiguration {
        PostgresConfiguration(
            hosts: reader.read(.list("POSTGRES_HOST", default: ["localhost"], "Database servers, comma-separated.")),
            port: reader.read(.port("POSTGRES_PORT", default: 5432, "Their port.")),
            database: reader.read(.string("POSTGRES_DB", default: "repitbot", "The database.")),
            user: reader.read(.string("POSTGRES_USER", default: schema, "The role of the service.")),
            password: reader.read(.secret("POSTGRES_PASSWORD", "Its password.")),
            applicationName: schema,
            schema: schema,
            poolSize: reader.read(.integer("POSTGRES_POOL_SIZE", default: 8, in: 2...100, "Connections at most."))
        )
    }

    private static func broker(_ reader: inout ConfigurationReader, service: String) -> RabbitMQConfiguration {
        let port = reader.read(.port("RABBITMQ_PORT", default: 5672, "Their port."))
        let hosts = reader.read(.list("RABBITMQ_HOST", default: ["localhost"], "Broker nodes, comma-separated."))
        var broker = RabbitMQConfiguration(
            hosts: hosts.map { .init($0, port: port) },
            username: reader.read(.string("RABBITMQ_DEFAULT_USER", default: "repitbot", "The user there.")),
            password: reader.read(.secret("RABBITMQ_DEFAULT_PASS", "Its password."))
        )
        broker.connectionName = "\(service)-service"
        return broker
    }
}
