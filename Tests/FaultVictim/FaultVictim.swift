import EventStorePostgres
import Foundation
import Logging
import Messaging
import Postgres
import RabbitMQ
import SampleService
import ServiceLifecycle
import UnixSignals

/// A sample service in a process of its own, to be killed, stopped, or told by `FAULT_POINT` where to die.
///
/// Everything it needs to know is in the environment.
@main
struct FaultVictim {
    static func main() async throws {
        signal(SIGPIPE, SIG_IGN)
        let environment = ProcessInfo.processInfo.environment
        func value(_ name: String) -> String {
            guard let value = environment[name] else { fatalError("\(name) is missing") }
            return value
        }
        var broker = try RabbitMQConfiguration(url: value("VICTIM_BROKER"))
        broker.reconnectDelay = .milliseconds(20)...(.milliseconds(200))
        var configuration = SampleService.Configuration(
            name: value("VICTIM_NAME"),
            instance: value("VICTIM_INSTANCE"),
            postgres: try PostgresConfiguration(url: value("VICTIM_DATABASE"), applicationName: "victim"),
            broker: broker,
            bus: EventBus(prefix: value("VICTIM_BUS"))
        )
        configuration.source = environment["VICTIM_SOURCE"]
        if let lease = environment["VICTIM_LEASE"].flatMap(Int.init) { configuration.lease = .milliseconds(lease) }
        if let deadly = environment["VICTIM_DIES_OF"].flatMap(Int.init) {
            configuration.trouble = { if $0 == deadly { _exit(137) } }
        }
        let service = SampleService(configuration, logger: Logger(label: value("VICTIM_INSTANCE")))
        try await ServiceGroup(
            services: service.services,
            gracefulShutdownSignals: [.sigterm],
            logger: Logger(label: "group")
        ).run()
    }
}
