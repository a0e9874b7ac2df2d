internal import ArgumentParser
internal import SampleService
internal import ServiceLifecycle
internal import UnixSignals

/// The other service: receives until it is told to stop.
struct ReceiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "receive")

    @OptionGroup var servers: Servers

    func run() async throws {
        let counter = try await self.servers.service("counter", listeningTo: "jars")
        try await ServiceGroup(services: counter.services, gracefulShutdownSignals: [.sigterm], logger: .quiet).run()
    }
}
