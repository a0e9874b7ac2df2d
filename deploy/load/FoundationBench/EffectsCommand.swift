internal import ArgumentParser
internal import EventSourcing
internal import Foundation
internal import SampleService
internal import ServiceLifecycle

/// From the commit in one service to the commit of the effect in another, at a steady rate.
///
/// The load is open: a transaction starts when it is due, however late the ones before it are. Times are those of the
/// commits themselves, by the database's clock (`track_commit_timestamp`).
struct EffectsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "effects")

    @OptionGroup var servers: Servers
    @Option(help: "Events per second.") var rate = 5000
    @Option(help: "Events in one transaction.") var batch = 1
    @Option(help: "For how long.") var seconds = 20
    @Option(help: "Seconds at the beginning that do not count.") var warmUp = 3

    private static let writers = 4

    func run() async throws {
        let jars = try await self.servers.service("jars")
        let group = ServiceGroup(services: jars.services, logger: .quiet)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let effects = Effects(client: jars.client)
            try await self.beReady(jars, effects)
            let failed = try await self.offer(to: jars)
            let drained = try await effects.awaitAll(upTo: .seconds(120))
            var figures = try await effects.figures(warmUp: self.warmUp, seconds: self.seconds)
            figures["offered_per_second"] = Double(self.rate)
            figures["errors"] = Double(failed)
            figures["drain_seconds"] = drained
            try Report(name: "effects", figures: figures).print()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// The first event takes the way before the clock starts.
    private func beReady(_ jars: SampleService, _ effects: Effects) async throws {
        try await jars.add([1], to: .version7())
        _ = try await effects.awaitAll(upTo: .seconds(30))
    }

    /// - Returns: How many transactions failed.
    private func offer(to jars: SampleService) async throws -> Int {
        let interval = Duration.seconds(1) * Double(self.batch * Self.writers) / Double(self.rate)
        let start = ContinuousClock.now
        let end = start + .seconds(self.seconds)
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<Self.writers {
                group.addTask {
                    var failed = 0
                    var due = start + interval * Double(writer) / Double(Self.writers)
                    while due < end {
                        try await Task.sleep(until: due, tolerance: .zero, clock: .continuous)
                        do {
                            try await jars.add(Array(repeating: 1, count: self.batch), to: .version7())
                        } catch {
                            failed += 1
                        }
                        due += interval
                    }
                    return failed
                }
            }
            return try await group.reduce(0, +)
        }
    }
}
