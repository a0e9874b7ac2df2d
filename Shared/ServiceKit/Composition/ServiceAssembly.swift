internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Logging
internal import Messaging
internal import Postgres
internal import RabbitMQ
internal import RabbitMQManagement
internal import ServiceLifecycle

/// The parts that every service has, made for one service and not yet running.
struct ServiceAssembly {
    let name: String
    let instance: String
    let platform: PlatformSettings
    let publications: Publications
    let postgres: PostgresClient
    let publisher: RabbitMQPublisher
    let store: PostgresEventStore
    let relay: OutboxRelay
    let gate: SchemaGate
    let log: EventLog
    let clock: @Sendable () -> Date
    let logger: Logger

    init<Settings>(
        _ definition: ServiceDefinition<Settings>,
        _ platform: PlatformSettings,
        instance: String,
        clock: @escaping @Sendable () -> Date,
        logger: Logger
    ) {
        let postgres = PostgresClient(configuration: platform.postgres, logger: logger)
        let publisher = RabbitMQPublisher(
            configuration: platform.broker,
            topology: platform.bus.publishingTopology(of: definition.name),
            logger: logger
        )
        let store = PostgresEventStore(client: postgres)
        let relay = OutboxRelay(
            store: store,
            cursor: RelayCursor(client: postgres),
            publications: definition.publications,
            publisher: publisher,
            bus: platform.bus,
            instance: instance,
            logger: logger
        )
        self.name = definition.name
        self.instance = instance
        self.platform = platform
        self.publications = definition.publications
        self.postgres = postgres
        self.publisher = publisher
        self.store = store
        self.relay = relay
        self.gate = SchemaGate(logger: logger) {
            try await Migrator(schema: definition.schema, client: postgres, owner: platform.schemaOwner)
                .migrate(definition.allMigrations)
        }
        self.log = EventLog(client: postgres, clock: clock, committed: { relay.wake() })
        self.clock = clock
        self.logger = logger
    }

    var context: ServiceContext {
        ServiceContext(postgres: self.postgres, log: self.log, clock: self.clock, logger: self.logger)
    }

    /// What takes in the events of others.
    func subscriber(_ subscriptions: Subscriptions) -> SubscriptionRunner {
        SubscriptionRunner(
            .init(
                service: self.name,
                instance: self.instance,
                broker: self.platform.broker,
                bus: self.platform.bus
            ),
            subscriptions: subscriptions,
            log: self.log,
            client: self.postgres,
            publisher: self.publisher,
            logger: self.logger
        )
    }

    /// What answers those who missed events of this service.
    func responder() -> ReplayResponder {
        ReplayResponder(
            service: self.name,
            store: self.store,
            publications: self.publications,
            publisher: self.publisher,
            broker: self.platform.broker,
            bus: self.platform.bus,
            logger: self.logger
        )
    }

    /// What looks after the policy of the service's queue.
    func policyGuard() throws -> QueuePolicyGuard {
        QueuePolicyGuard(
            management: try ManagementClient(
                url: self.platform.managementURL,
                username: self.platform.broker.username,
                password: self.platform.broker.password
            ),
            bus: self.platform.bus,
            service: self.name,
            logger: self.logger
        )
    }

    /// How the service is.
    func health(
        _ subscriber: SubscriptionRunner,
        _ policyGuard: QueuePolicyGuard,
        _ keys: any VerificationKeys
    ) -> HealthRegistry {
        let (postgres, publisher, gate) = (self.postgres, self.publisher, self.gate)
        let health = HealthRegistry(service: self.name, logger: self.logger)
        health.add("postgres", isRequired: true) { _ = try await postgres.withSession { try $0.execute("SELECT 1") } }
        health.add("schema", isRequired: true) { guard gate.isOpen else { throw NotYet() } }
        health.add("public keys", isRequired: true) { guard keys.hasKeys else { throw NotYet() } }
        health.add("rabbitmq", isRequired: false) { guard publisher.state.isConnected else { throw NotYet() } }
        health.add("subscriptions", isRequired: false) { guard subscriber.isConsuming else { throw NotYet() } }
        health.add("queue policy", isRequired: false) { guard policyGuard.holds else { throw NotYet() } }
        return health
    }

    /// The HTTP face.
    func server(
        _ routes: RouteTable,
        _ keys: any VerificationKeys,
        _ metrics: MetricsRegistry,
        onListening: @escaping @Sendable (Int) -> Void
    ) throws -> HTTPServer {
        try HTTPServer(
            address: HTTPServerAddress(host: self.platform.host, port: self.platform.port),
            routes: routes,
            authenticator: Authenticator(
                verifier: TokenVerifier(keys: keys, now: self.clock),
                internalKey: self.platform.internalKey
            ),
            admission: Admission(postgres: self.postgres),
            idempotencySecret: IdempotencySecret(self.platform.internalKey),
            metrics: metrics,
            logger: self.logger,
            onListening: onListening
        )
    }
}

/// A dependency that does not work yet, or not any more.
private struct NotYet: Error {}
