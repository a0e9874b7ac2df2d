public import ArgumentParser
public import Foundation

/// What a service's program can be asked to do on the command line.
struct ServiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A service of RepitBot. Takes its settings from the environment.",
        subcommands: [Serve.self, Rebuild.self, DeadLetterCommand.self],
        defaultSubcommand: Serve.self
    )

    /// Runs the service.
    struct Serve: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Run the service (the default).")

        @Flag(help: "Print the settings that it reads, and exit.")
        var printConfigurationKeys = false

        @Flag(help: "Print its routes with their policies, and exit.")
        var printRoutes = false
    }

    /// Builds a read model again.
    struct Rebuild: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Build a read model again from the event log, while the service goes on."
        )

        @Argument(help: "The name of the projection; without one, the names are listed.")
        var projection: String?

        @Flag(help: "Put the result in place even when it differs, as after a change of the projection's rules.")
        var acceptDifferences = false
    }

    /// Looks after what could not be handled.
    struct DeadLetterCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dead-letters",
            abstract: "Look after the events that could not be handled.",
            subcommands: [List.self, Show.self, Replay.self, Discard.self],
            defaultSubcommand: List.self
        )

        struct List: ParsableCommand {
            static let configuration = CommandConfiguration(abstract: "List the open ones, oldest first.")
        }

        struct Show: ParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Show one with its content.")
            @Argument var id: UUID
        }

        struct Replay: ParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Handle one again, or all.")
            @Argument var id: UUID?
            @Flag(help: "All open ones.")
            var all = false

            func validate() throws {
                guard (self.id != nil) != self.all else { throw ValidationError("Give either an id or --all.") }
            }
        }

        struct Discard: ParsableCommand {
            static let configuration = CommandConfiguration(abstract: "Close one for good.")
            @Argument var id: UUID
            @Option(help: "Why; it stays on record.")
            var reason: String
        }
    }
}

extension UUID: @retroactive ExpressibleByArgument {
    /// Reads an identifier.
    public init?(argument: String) {
        self.init(uuidString: argument)
    }
}
