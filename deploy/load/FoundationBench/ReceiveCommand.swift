internal import ArgumentParser
internal import SampleService
internal import ServiceLifecycle
internal import UnixSignals

/// The other service: receives until it is told to stop.
struct ReceiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "receive")

    @OptionGroup var servers: Servers
    @Flag(help: "Whether the effect is a row of a read model, not a fact with read models of its own.") var onlyRow = false

    func run() async throws {
        let counter = try await self.servers.service("counter") {
            $0.source = "jars"
            $0.fillsJars = !self.onlyRow
        }
        try await ServiceGroup(services: counter.services, gracefulShutdownSignals: [.sigterm], logger: .quiet).run()
    }
}
