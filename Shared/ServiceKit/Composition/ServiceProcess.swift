internal import ArgumentParser
internal import Configuration
internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Logging
internal import Messaging
internal import Postgres
internal import RabbitMQ

extension ServiceDefinition {
    /// The program: reads command line and environment, and does what is asked.
    ///
    /// Ends with status 64 for a command line that makes no sense, with 78 (`EX_CONFIG` of sysexits.h) for settings that do
    /// not, and with 70 when something broke.
    ///
    /// - Parameter openAPI: The contract of its HTTP face, as YAML.
    public func main(openAPI: [UInt8]) async {
        // Postgres or RabbitMQ may close a connection while this process writes to it: an error, but not the end.
        signal(SIGPIPE, SIG_IGN)
        let command: any ParsableCommand
        do {
            command = try ServiceCommand.parseAsRoot()
        } catch {
            ServiceCommand.exit(withError: error)
        }
        do {
            try await self.perform(command, openAPI: String(decoding: openAPI, as: UTF8.self))
        } catch let issues as ConfigurationIssues {
            Self.complain("\(self.name)-service can not start\n\(issues)")
            exit(EX_CONFIG)
        } catch {
            Self.complain("\(self.name)-service: \(JSONLogHandler.describe(error))")
            exit(EX_SOFTWARE)
        }
    }

    private func perform(_ command: any ParsableCommand, openAPI: String) async throws {
        if let serve = command as? ServiceCommand.Serve, serve.printConfigurationKeys {
            for entry in ConfigurationReader.entries(readBy: { self.readSettings(&$0) }) { print(entry) }
            return
        }
        let (platform, settings) = try ConfigurationReader.read(from: try await .environment()) {
            self.readSettings(&$0)
        }
        let instance = "\(self.name)-service.\(ProcessInfo.processInfo.hostName).\(platform.port).\(getpid())"
        let logger = Self.bootstrapLogging(platform, LogSource(service: self.name, instance: instance))
        let metrics = MetricsRegistry()
        metrics.bootstrap()
        metrics.registerProcessMetrics()
        let runtime = try self.assemble(
            platform,
            settings,
            openAPI: openAPI,
            instance: instance,
            metrics: metrics,
            logger: logger,
            onListening: { logger.info("listening", metadata: ["port": "\($0)"]) }
        )
        switch command {
        case let serve as ServiceCommand.Serve where serve.printRoutes:
            for route in runtime.routes.routes { print(route.method.rawValue, route.path, "[\(route.policy.name)]") }
        case let rebuild as ServiceCommand.Rebuild:
            try await self.rebuild(rebuild, platform, runtime)
        case is ServiceCommand.Serve:
            try await ProcessServices(runtime.services, logger: logger).run()
        default:
            let letters = DeadLetters(client: runtime.postgres)
            let admin = RabbitMQAdmin(configuration: platform.broker, logger: logger)
            let replay = DeadLetterReplay(letters: letters, admin: admin, bus: platform.bus, service: self.name)
            try await DeadLetterDesk(letters: letters, replay: replay).perform(command)
        }
    }

    /// The settings of the foundation and of the service, read together so that all mistakes are told together.
    package func readSettings(_ reader: inout ConfigurationReader) -> (PlatformSettings, Settings) {
        (PlatformSettings.read(&reader, service: self.name, port: self.port), self.settings(&reader))
    }

    private func rebuild(
        _ command: ServiceCommand.Rebuild,
        _ platform: PlatformSettings,
        _ runtime: ServiceRuntime
    ) async throws {
        guard let projection = self.projections.first(where: { $0.name == command.projection }) else {
            print("Projections of \(self.name):", self.projections.map(\.name).joined(separator: ", "))
            if command.projection != nil { exit(EX_USAGE) }
            return
        }
        let rebuild = ProjectionRebuild(
            client: runtime.postgres,
            schema: self.schema,
            owner: platform.schemaOwner,
            keys: runtime.personalKeys
        )
        let report = try await rebuild.run(projection, acceptingDifferences: command.acceptDifferences) { count in
            print("\(count) events …")
        }
        print("\(report.events) events read;", report.swapped ? "the rebuilt tables are live" : "nothing was changed")
        guard !report.differing.isEmpty else { return }
        print("Different from the live tables:", report.differing.joined(separator: ", "))
        if !report.swapped { exit(EX_DATAERR) }
    }

    private static func bootstrapLogging(_ platform: PlatformSettings, _ source: LogSource) -> Logger {
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, source: source, level: platform.logLevel) }
        return Logger(label: source.service)
    }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}
