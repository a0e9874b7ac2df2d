public import Logging
public import ServiceLifecycle
internal import UnixSignals

/// Everything that runs in a process, from its start to its end.
public struct ProcessServices: Sendable {
    private let services: [any Service]
    private let shutdownLimit: Duration
    private let logger: Logger

    /// Prepares a process.
    ///
    /// - Parameters:
    ///   - services: Dependencies first: they are stopped in reverse.
    ///   - shutdownLimit: How long they may take to stop before they are cancelled.
    ///   - logger: Told when they do not stop.
    public init(_ services: [any Service], shutdownLimit: Duration = .seconds(18), logger: Logger) {
        self.services = services
        self.shutdownLimit = shutdownLimit
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT, then stops in reverse order; what does not stop is cancelled, and two seconds later the
    /// process ends all the same.
    ///
    /// - Throws: What a service throws.
    public func run() async throws {
        let lastResort = LastResort(patience: self.shutdownLimit + .seconds(2), logger: self.logger)
        var configuration = ServiceGroupConfiguration(
            services: (self.services + [lastResort]).map { .init(service: $0, successTerminationBehavior: .ignore) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: self.logger
        )
        configuration.maximumGracefulShutdownDuration = self.shutdownLimit
        // No maximumCancellationDuration: that is a trap with a core dump, while a thread may just wait for a name server.
        try await ServiceGroup(configuration: configuration).run()
    }
}
