internal import ArgumentParser

/// Measures what every service stands on, with the sample service of the tests: real Postgres, real RabbitMQ.
///
/// Each command prints one line of JSON. `deploy/load/bench` runs them beside their peers.
@main
struct FoundationBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "foundation-bench",
        abstract: "Measures event store, messaging and rebuild.",
        subcommands: [AppendCommand.self, EffectsCommand.self, ReceiveCommand.self, RebuildCommand.self]
    )
}
