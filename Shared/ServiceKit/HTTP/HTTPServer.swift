internal import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
public import ServiceLifecycle

/// Serves a route table over HTTP/1.1 until the process shuts down.
///
/// At a graceful shutdown it stops accepting connections, finishes the requests at hand and then returns.
public struct HTTPServer: Service {
    private let address: HTTPServerAddress
    private let limits: RequestLimits
    private let responder: ServiceResponder
    private let logger: Logger
    private let onListening: @Sendable (Int) -> Void

    /// Prepares a server; nothing listens before ``run()``.
    ///
    /// - Parameters:
    ///   - address: Where to listen.
    ///   - routes: What to serve.
    ///   - authenticator: Finds out who asks.
    ///   - admission: Refuses people who may not use the platform any more.
    ///   - idempotencySecret: Keeps stored answers secret.
    ///   - metrics: Counts the requests.
    ///   - limits: What clients may do.
    ///   - logger: Writes one line per request.
    ///   - onListening: Told the port as soon as connections are accepted.
    /// - Throws: ``RouteTableError``
    public init(
        address: HTTPServerAddress,
        routes: RouteTable,
        authenticator: Authenticator,
        admission: Admission? = nil,
        idempotencySecret: IdempotencySecret,
        metrics: MetricsRegistry,
        limits: RequestLimits = RequestLimits(),
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws(RouteTableError) {
        self.address = address
        self.limits = limits
        self.responder = ServiceResponder(
            routes: try RouteTree(routes),
            authenticator: authenticator,
            admission: admission,
            idempotencySecret: idempotencySecret,
            metrics: HTTPMetrics(registry: metrics),
            logger: logger
        )
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until a graceful shutdown, or throws when the address can not be had.
    public func run() async throws {
        let limits = self.limits
        let application = Application(
            responder: self.responder,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ConnectionGuard(limits: limits)],
                    idleTimeout: TimeAmount(limits.idleTimeout),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: limits.headerBytes,
                        maxHeaderListSize: limits.headerBytes,
                        maxHeaderFieldCount: limits.headerFields
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(self.address.host, port: self.address.port),
                availableConnectionsDelegate: .maximum(limits.connections, logger: self.logger)
            ),
            onServerRunning: { channel in
                guard let port = channel.localAddress?.port else { return }
                self.onListening(port)
            },
            logger: self.logger
        )
        try await application.run()
    }
}

/// Where a server listens.
public struct HTTPServerAddress: Sendable {
    /// The address of a network interface: `127.0.0.1` for this machine only, `0.0.0.0` for all.
    public let host: String
    /// The port; 0 lets the system choose.
    public let port: Int

    /// An address.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}
