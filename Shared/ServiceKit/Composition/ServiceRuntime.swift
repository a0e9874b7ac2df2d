internal import Directory
internal import EventSourcing
package import EventStorePostgres
public import Foundation
public import Logging
public import Messaging
public import Postgres
internal import RabbitMQ
internal import RabbitMQManagement
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

extension ServiceDefinition {
    /// Puts the service together; nothing runs yet.
    ///
    /// - Parameters:
    ///   - instance: A name that no other process has.
    ///   - verificationKeys: The public keys of access tokens; `nil` takes the service's own, or those at `JWKS_URL`.
    ///   - clock: The time; only tests drive it.
    ///   - onListening: Told the port as soon as connections are accepted.
    /// - Throws: What is wrong with routes or settings.
    public func assemble(
        _ platform: PlatformSettings,
        _ settings: Settings,
        openAPI: String,
        instance: String,
        metrics: MetricsRegistry,
        verificationKeys: (any VerificationKeys)? = nil,
        clock: @escaping @Sendable () -> Date = { Date() },
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> ServiceRuntime {
        let postgres = PostgresClient(configuration: platform.postgres, logger: logger)
        let publisher = RabbitMQPublisher(
            configuration: platform.broker,
            topology: platform.bus.publishingTopology(of: self.name),
            logger: logger
        )
        let store = PostgresEventStore(client: postgres)
        let relay = OutboxRelay(
            store: store,
            cursor: RelayCursor(client: postgres),
            publications: self.publications,
            publisher: publisher,
            bus: platform.bus,
            instance: instance,
            logger: logger
        )
        let gate = SchemaGate(logger: logger) {
            try await Migrator(schema: self.schema, client: postgres, owner: platform.schemaOwner)
                .migrate(self.allMigrations)
        }
        let log = EventLog(client: postgres, clock: clock, committed: { relay.wake() })
        let parts = try self.compose(
            ServiceContext(postgres: postgres, log: log, clock: clock, logger: logger, schemaGate: gate),
            settings
        )

        let subscriber = SubscriptionRunner(
            .init(service: self.name, instance: instance, broker: platform.broker, bus: platform.bus),
            subscriptions: parts.subscriptions,
            log: log,
            client: postgres,
            publisher: publisher,
            logger: logger
        )
        let responder = ReplayResponder(
            service: self.name,
            store: store,
            publications: self.publications,
            publisher: publisher,
            broker: platform.broker,
            bus: platform.bus,
            logger: logger
        )

        let health = HealthRegistry(service: self.name, logger: logger)
        health.add("postgres", isRequired: true) { _ = try await postgres.withSession { try $0.execute("SELECT 1") } }
        health.add("schema", isRequired: true) { guard gate.isOpen else { throw NotYet() } }
        health.add("rabbitmq", isRequired: false) { guard publisher.state.isConnected else { throw NotYet() } }
        health.add("subscriptions", isRequired: false) { guard subscriber.isConsuming else { throw NotYet() } }
        let policyGuard = QueuePolicyGuard(
            management: try ManagementClient(
                url: platform.managementURL,
                username: platform.broker.username,
                password: platform.broker.password
            ),
            bus: platform.bus,
            service: self.name,
            logger: logger
        )
        health.add("queue policy", isRequired: false) { guard policyGuard.holds else { throw NotYet() } }
        metrics.observe(postgres: postgres)
        metrics.observe(publisher: publisher)

        var routes = parts.routes
        TraceRoutes(store: store, service: self.name).declare(in: &routes)
        OperationsRoutes(health: health, metrics: metrics, openAPI: try OpenAPIDocument(yaml: openAPI))
            .declare(in: &routes)

        let ownKeys = verificationKeys ?? parts.verificationKeys
        let remoteKeys = platform.jwksURL.map { RemoteKeySet(url: $0, logger: logger) }
        guard let keys: any VerificationKeys = ownKeys ?? remoteKeys else {
            throw ConfigurationIssues(descriptions: ["JWKS_URL is missing: where the public keys of access tokens are."]
            )
        }
        let server = try HTTPServer(
            address: HTTPServerAddress(host: platform.host, port: platform.port),
            routes: routes,
            authenticator: Authenticator(
                verifier: TokenVerifier(keys: keys, now: clock),
                internalKey: platform.internalKey
            ),
            metrics: metrics,
            logger: logger,
            onListening: onListening
        )
        var services: [any Service] = [postgres, publisher, gate]
        if ownKeys == nil, let remoteKeys { services.append(remoteKeys) }
        services.append(Gated(gate: gate, inner: relay))
        services.append(Gated(gate: gate, inner: responder))
        services.append(Gated(gate: gate, inner: subscriber))
        services.append(Gated(gate: gate, inner: IdempotencyRetention(client: postgres, logger: logger)))
        services.append(policyGuard)
        services.append(Gated(gate: gate, inner: LagMeter(service: self.name, client: postgres, metrics: metrics)))
        services += parts.background
        services.append(server)
        services.append(DrainPeriod(health: health))
        return ServiceRuntime(
            routes: routes,
            subscriptions: parts.subscriptions,
            health: health,
            postgres: postgres,
            personalKeys: parts.personalKeys,
            services: services
        )
    }
}

/// A dependency that does not work yet, or not any more.
private struct NotYet: Error {}
