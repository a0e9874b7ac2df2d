internal import ArgumentParser
internal import EventSourcing
internal import Foundation
internal import Postgres
internal import SampleService

/// Commands decided one after the other by several writers: each appends one event to a stream of its own and keeps the
/// read model.
struct AppendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "append")

    @OptionGroup var servers: Servers
    @Option(help: "How many write at the same time.") var writers = 8
    @Option(help: "For how long.") var seconds = 10

    func run() async throws {
        let jars = try await self.servers.service("jars", connections: self.writers)
        defer { jars.client.close() }
        let start = ContinuousClock.now
        let end = start + .seconds(self.seconds)
        let outcomes = await withTaskGroup(of: (done: Int, failed: Int).self) { group in
            for _ in 0..<self.writers {
                group.addTask {
                    var (done, failed) = (0, 0)
                    while .now < end {
                        do {
                            try await jars.add([1], to: .version7())
                            done += 1
                        } catch {
                            failed += 1
                        }
                    }
                    return (done, failed)
                }
            }
            return await group.reduce(into: (done: 0, failed: 0)) { sum, one in
                sum = (sum.done + one.done, sum.failed + one.failed)
            }
        }
        let elapsed = (ContinuousClock.now - start).seconds
        try Report(
            name: "append",
            figures: ["per_second": Double(outcomes.done) / elapsed, "errors": Double(outcomes.failed)]
        ).print()
    }
}
