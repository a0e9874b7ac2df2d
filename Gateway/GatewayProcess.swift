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
        let logLevel: LogLevel
        let gateway: GatewayConfiguration

        init(_ reader: inout ConfigurationReader) {
            self.logLevel = reader.read(.choice("LOG_LEVEL", default: .info, "The least important log lines written."))
            self.gateway = GatewayConfiguration(&reader)
        }
    }

    /// The levels of swift-log.
    enum LogLevel: String, CaseIterable, Sendable {
        case trace, debug, info, notice, warning, error, critical

        var level: Logger.Level { Logger.Level(rawValue: self.rawValue) ?? .info }
    }

    /// Runs until SIGTERM or SIGINT.
    static func run(_ settings: Settings) async throws {
        let source = LogSource(service: "api-gateway", instance: "\(settings.gateway.port)-\(getpid())")
        LoggingSystem.bootstrap { label in
            JSONLogHandler(label: label, source: source, level: settings.logLevel.level)
        }
        let logger = Logger(label: "gateway")
        let application = try await GatewayApplication(
            settings.gateway,
            routes: try RoutingTable.platform(),
            source: source,
            logger: logger
        )
        let shutdownLimit = Listener.drainTimeout + .seconds(5)
        try await ProcessServices(application.services, shutdownLimit: shutdownLimit, logger: logger).run()
    }
}
