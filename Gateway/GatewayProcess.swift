internal import Logging
internal import ServiceKit

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The gateway as a process: settings, log, signals.
enum GatewayProcess {
    /// Everything that is read at the start.
    struct Settings: Sendable {
        let logLevel: Logger.Level
        let gateway: GatewayConfiguration

        init(_ reader: inout ConfigurationReader) {
            self.logLevel = reader.read(.choice("LOG_LEVEL", default: .info, "The least severe lines that are logged."))
            self.gateway = GatewayConfiguration(&reader)
        }
    }

    /// Runs until SIGTERM or SIGINT.
    static func run(_ settings: Settings) async throws {
        let source = LogSource(service: "api-gateway", instance: "\(settings.gateway.port)-\(getpid())")
        LoggingSystem.bootstrap { label in
            JSONLogHandler(label: label, source: source, level: settings.logLevel)
        }
        let logger = Logger(label: "gateway")
        let application = try await GatewayApplication(
            settings.gateway,
            routes: settings.gateway.routesFile.map { .file($0) } ?? .builtIn,
            source: source,
            logger: logger
        )
        let shutdownLimit = Listener.drainPeriod + Listener.drainTimeout + .seconds(5)
        try await ProcessServices(application.services, shutdownLimit: shutdownLimit, logger: logger).run()
    }
}
