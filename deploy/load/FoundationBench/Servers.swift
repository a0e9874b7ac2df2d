internal import ArgumentParser
internal import Logging
internal import Messaging
internal import Postgres
internal import RabbitMQ
internal import SampleService

/// Where the servers are that a measurement uses.
struct Servers: ParsableArguments {
    @Option(help: "URL of the database.")
    var database: String

    @Option(help: "URL of the broker.")
    var broker: String

    @Option(help: "Sets apart measurements on the same broker.")
    var bus = "bench."

    /// A sample service there; its schema gets its shape.
    ///
    /// - Parameter adjust: Changes what it is told.
    func service(
        _ name: String,
        connections: Int = 8,
        adjust: (inout SampleService.Configuration) -> Void = { _ in }
    ) async throws -> SampleService {
        var postgres = try PostgresConfiguration(url: self.database, applicationName: name)
        postgres.poolSize = connections
        var configuration = SampleService.Configuration(
            name: name,
            instance: "\(name)-1",
            postgres: postgres,
            broker: try RabbitMQConfiguration(url: self.broker),
            bus: EventBus(prefix: self.bus)
        )
        adjust(&configuration)
        let service = SampleService(configuration, logger: .quiet)
        try await service.migrate()
        return service
    }
}

extension Logger {
    /// Says what is wrong, and nothing else.
    static var quiet: Logger {
        var logger = Logger(label: "bench") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return logger
    }
}
