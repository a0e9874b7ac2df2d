public import EventSourcing
public import EventStorePostgres
public import FoundationEssentials
public import Logging
public import Messaging
public import Postgres
public import RabbitMQ
public import ServiceLifecycle

/// A service put together as in production, without an HTTP face.
public struct SampleService: Sendable {
    /// What it needs to know.
    public struct Configuration: Sendable {
        /// Its name, and that of its schema.
        public var name: String
        /// A name that no other process has.
        public var instance: String
        /// The database; the schema is set by the service.
        public var postgres: PostgresConfiguration
        /// The broker.
        public var broker: RabbitMQConfiguration
        /// The names there.
        public var bus: EventBus
        /// The service that it listens to.
        public var source: String?
        /// How long a silent leader of the relay is waited for.
        public var lease = Duration.seconds(5)
        /// How often the publishers are asked.
        public var catchUpInterval = Duration.seconds(60)
        /// How many deliveries share a transaction at most.
        public var maxBatch = 200
        /// Whether it listens to marbles that are taken out; an older version did not.
        public var wantsWithdrawals = true
        /// Whether it fills jars of its own, which are facts with read models; otherwise it only notes what it received.
        public var fillsJars = true
        /// Called with the number of marbles before they have an effect.
        public var trouble: @Sendable (Int) throws -> Void = { _ in }

        /// States everything that has no default.
        public init(
            name: String,
            instance: String,
            postgres: PostgresConfiguration,
            broker: RabbitMQConfiguration,
            bus: EventBus
        ) {
            self.name = name
            self.instance = instance
            self.postgres = postgres
            self.broker = broker
            self.bus = bus
        }
    }

    /// What it was told.
    public let configuration: Configuration
    /// Connections to its schema.
    public let client: PostgresClient
    /// The door to its log.
    public let log: EventLog
    /// The log.
    public let store: PostgresEventStore
    /// How far it published.
    public let cursor: RelayCursor
    /// What it could not handle.
    public let letters: DeadLetters
    /// The way back for that.
    public let replay: DeadLetterReplay
    /// Everything that runs, dependencies first.
    public let services: [any Service]

    /// Puts a service together; nothing runs yet.
    public init(_ configuration: Configuration, logger: Logger) {
        var postgres = configuration.postgres
        postgres.schema = configuration.name
        let (broker, bus) = (configuration.broker, configuration.bus)
        // Who fills jars because of others' keeps that to itself, or two services would fill them for ever.
        let publications: Publications =
            configuration.source == nil ? .jars(source: configuration.name) : Publications(source: configuration.name)
        let client = PostgresClient(configuration: postgres, logger: logger)
        let store = PostgresEventStore(client: client)
        let cursor = RelayCursor(client: client, lease: configuration.lease)
        let publisher = RabbitMQPublisher(
            configuration: broker,
            topology: bus.publishingTopology(of: configuration.name),
            logger: logger
        )
        let relay = OutboxRelay(
            store: store,
            cursor: cursor,
            publications: publications,
            publisher: publisher,
            bus: bus,
            instance: configuration.instance,
            logger: logger
        )
        let responder = ReplayResponder(
            service: configuration.name,
            store: store,
            publications: publications,
            publisher: publisher,
            broker: broker,
            bus: bus,
            logger: logger
        )
        let log = EventLog(client: client, committed: { relay.wake() })
        var services: [any Service] = [client, publisher, relay, responder]
        if let source = configuration.source {
            var settings = SubscriptionRunner.Configuration(
                service: configuration.name,
                instance: configuration.instance,
                broker: broker,
                bus: bus
            )
            settings.maxBatch = configuration.maxBatch
            settings.catchUpInterval = configuration.catchUpInterval
            services.append(
                SubscriptionRunner(
                    settings,
                    subscriptions: JarSubscriptions.to(
                        source,
                        wantsWithdrawals: configuration.wantsWithdrawals,
                        fillsJars: configuration.fillsJars,
                        trouble: configuration.trouble
                    ),
                    log: log,
                    client: client,
                    publisher: publisher,
                    logger: logger
                )
            )
        }
        self.configuration = configuration
        self.client = client
        self.log = log
        self.store = store
        self.cursor = cursor
        self.letters = DeadLetters(client: client)
        self.replay = DeadLetterReplay(
            letters: self.letters,
            admin: RabbitMQAdmin(configuration: broker, logger: logger),
            bus: bus,
            service: configuration.name
        )
        self.services = services
    }

    /// Gives the schema its shape.
    public func migrate() async throws {
        try await Migrator(schema: self.configuration.name, client: self.client)
            .migrate(EventStoreMigrations.all + [JarContents.migration, JarSubscriptions.migration])
    }

    /// Adds marbles to a jar; each number is an event.
    public func add(
        _ counts: [Int],
        to jar: UUID,
        origin: EventMetadata = EventMetadata(correlationID: "sample")
    ) async throws {
        let jars = AggregateRepository<Jar>(projections: [JarContents()])
        try await self.log.transaction(origin) { try jars.handle(.add(counts), on: jar, in: $0) }
    }

    /// Takes marbles out of a jar.
    public func take(_ count: Int, from jar: UUID) async throws {
        let jars = AggregateRepository<Jar>(projections: [JarContents()])
        try await self.log.transaction(EventMetadata(correlationID: "sample")) {
            try jars.handle(.take(count), on: jar, in: $0)
        }
    }
}
