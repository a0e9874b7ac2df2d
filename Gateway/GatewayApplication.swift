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

    /// Builds all parts.
    ///
    /// - Parameters:
    ///   - configuration: What it is told.
    ///   - routes: What belongs to whom.
    ///   - source: What its log lines are signed with.
    ///   - limits: How much one client may take; how many connections says the configuration.
    ///   - drainPeriod: How long it still takes new clients after it was asked to stop.
    ///   - keyPrefix: What its keys in Redis begin with.
    ///   - logger: For everything but requests.
    ///   - logSink: Takes the access log.
    ///   - onListening: Told the port once it is open.
    init(
        _ configuration: GatewayConfiguration,
        routes: RoutingTable,
        source: LogSource,
        limits: ConnectionLimits = ConnectionLimits(),
        drainPeriod: Duration = Listener.drainPeriod,
        keyPrefix: String = "gateway:limit:",
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger,
        logSink: LogSink = .standardOutput,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        var limits = limits
        limits.maximumConnectionsPerAddress = configuration.connectionsPerAddress
        let metrics = MetricsRegistry()
        metrics.registerProcessMetrics()
        let upstreams = Upstreams(addresses: configuration.addresses, policy: configuration.breaker)
        let redis = RedisClient(configuration: configuration.redis, logger: logger)
        let keys = RemoteKeySet(url: configuration.jwksURL, logger: logger)
        let client = InternalClient(key: configuration.internalKey)
        let control = Control(upstreams: upstreams, metrics: metrics, client: client)
        let log = configuration.writesAccessLog ? AccessLog(source: source, sink: logSink) : nil
        let context = GatewayContext(
            routes: routes,
            upstreams: upstreams,
            answers: AnswerSettings(allowedOrigins: configuration.allowedOrigins),
            limits: limits,
            trustedProxies: configuration.trustedProxies,
            sharedLimits: SharedLimits(
                perMinute: configuration.requestsPerMinute,
                gateways: configuration.gateways,
                redis: redis,
                keyPrefix: keyPrefix
            ),
            verifier: TokenVerifier(keys: keys),
            hasKeys: { keys.hasKeys },
            control: control,
            observer: Observer(routes: routes, metrics: metrics, accessLog: log)
        )
        let listener = Listener(
            host: configuration.host,
            port: configuration.port,
            workers: try await Workers(group: group, gateway: context),
            control: control,
            logger: logger,
            drainPeriod: drainPeriod,
            onListening: onListening
        )
        // Stopped in the opposite order: the clients first, then what serves them.
        self.services = [redis, keys, HealthMonitor(upstreams: upstreams, client: client, logger: logger), listener]
        self.metrics = metrics
    }
}
