internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Redis
internal import ServiceKit
internal import ServiceLifecycle

/// The gateway put together: the same for the process and for tests.
struct GatewayApplication {
    let services: [any Service]
    let metrics: MetricsRegistry
    let reloader: Reloader
    let endedSessions: EndedSessions
    let workers: Workers

    /// Builds all parts.
    ///
    /// - Parameters:
    ///   - configuration: What it is told.
    ///   - routes: What belongs to whom.
    ///   - source: What its log lines are signed with.
    ///   - limits: How much one client may take; how many connections says the configuration.
    ///   - drainPeriod: How long it still takes new clients after it was asked to stop.
    ///   - keyPrefix: What its keys in Redis begin with.
    ///   - resolver: What host names stand for.
    ///   - discoveryInterval: How often they are looked up.
    ///   - logger: For everything but requests.
    ///   - logSink: Takes the access log.
    ///   - onListening: Told the port once it is open.
    /// - Throws: What is wrong with routes or certificate.
    init(
        _ configuration: GatewayConfiguration,
        routes: RoutesSource,
        source: LogSource,
        limits: ConnectionLimits = ConnectionLimits(),
        drainPeriod: Duration = Listener.drainPeriod,
        keyPrefix: String = "gateway:limit:",
        resolver: HostResolver = HostResolver(),
        discoveryInterval: Duration = InstanceDiscovery.interval,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger,
        logSink: LogSink = .standardOutput,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        var limits = limits
        limits.maximumConnectionsPerAddress = configuration.connectionsPerAddress
        limits.maximumConnections = configuration.connections
        let metrics = MetricsRegistry()
        metrics.registerProcessMetrics()
        let certificate = try configuration.certificate.map { try ServerCertificate($0) }
        let upstreams = Upstreams(addresses: configuration.addresses, policy: configuration.breaker)
        InstanceMetrics.register(upstreams, in: metrics)
        let redis = RedisClient(configuration: configuration.redis, logger: logger)
        let client = InternalClient(key: configuration.internalKey)
        let desk = UserDesk(users: upstreams[.user], client: client, jwksURL: configuration.jwksURL)
        let keys = RemoteKeySet(logger: logger) { try await desk.keys() }
        self.endedSessions = EndedSessions(logger: logger) { try await desk.endedSessions(since: $0) }
        let control = Control(
            upstreams: upstreams,
            metrics: metrics,
            client: client,
            document: PlatformDocument(upstreams: upstreams, client: client, logger: logger),
            pages: DocumentationPages(folder: configuration.documentationFolder, logger: logger),
            hasKeys: { keys.hasKeys }
        )
        let log = configuration.writesAccessLog ? AccessLog(source: source, sink: logSink) : nil
        let context = GatewayContext(
            routes: try routes.load(metrics: metrics),
            upstreams: upstreams,
            answers: AnswerSettings(allowedOrigins: configuration.allowedOrigins),
            limits: limits,
            trustedProxies: configuration.trustedProxies,
            insideNetworks: configuration.insideNetworks,
            isSecure: certificate != nil,
            sharedLimits: SharedLimits(
                perMinute: configuration.requestsPerMinute,
                gateways: configuration.gateways,
                redis: redis,
                keyPrefix: keyPrefix
            ),
            authentication: AuthenticationContext(keys: keys, endedSessions: endedSessions),
            control: control,
            observer: Observer(upstreams: upstreams, metrics: metrics, accessLog: log)
        )
        self.workers = try await Workers(group: group, gateway: context, certificate: certificate)
        let listener = Listener(
            host: configuration.host,
            port: configuration.port,
            workers: workers,
            control: control,
            logger: logger,
            drainPeriod: drainPeriod,
            onListening: onListening
        )
        let discovery = InstanceDiscovery(
            upstreams: upstreams,
            addresses: configuration.addresses,
            resolver: resolver,
            logger: logger,
            interval: discoveryInterval
        )
        self.reloader = Reloader(
            routes: routes,
            certificate: certificate,
            keys: keys,
            workers: workers,
            metrics: metrics,
            logger: logger
        )
        // Stopped in the opposite order: the clients first, then what serves them.
        self.services = [
            redis, discovery, keys, endedSessions, HealthMonitor(upstreams: upstreams, client: client, logger: logger),
            self.reloader, listener,
        ]
        self.metrics = metrics
    }
}
