internal import ArgumentParser
internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Postgres
internal import SampleService

/// A read model built again from a long log, while readers use the live one.
struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "rebuild")

    @OptionGroup var servers: Servers
    @Option(help: "How many events there are.") var events = 200_000

    func run() async throws {
        let jars = try await self.servers.service("jars")
        defer { jars.client.close() }
        try await self.fill(jars)
        let start = ContinuousClock.now
        let report = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await Self.read(jars) }
            defer { group.cancelAll() }
            return try await ProjectionRebuild(client: jars.client, schema: "jars").run(AnyProjection(JarContents()))
        }
        let elapsed = (ContinuousClock.now - start).seconds
        try Report(
            name: "rebuild",
            figures: [
                "per_second": Double(report.events) / elapsed, "events": Double(report.events),
                "differing": Double(report.differing.count), "swapped": report.swapped ? 1 : 0,
            ]
        ).print()
    }

    private func fill(_ jars: SampleService) async throws {
        let transactions = self.events / 20 / 4
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<transactions { try await jars.add(Array(repeating: 1, count: 20), to: .version7()) }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Reads a hundred times a second; that it never fails is part of the measurement.
    private static func read(_ jars: SampleService) async throws -> Int {
        var reads = 0
        while !Task.isCancelled {
            _ = try await jars.client.withSession { try $0.queryFirst("SELECT marbles FROM jar_contents LIMIT 1") }
            reads += 1
            try? await Task.sleep(for: .milliseconds(10))
        }
        return reads
    }
}
