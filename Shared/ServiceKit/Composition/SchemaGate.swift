internal import Logging
internal import Postgres
public import ServiceLifecycle
internal import Synchronization

/// Gives the schema its shape, and keeps everything that needs it waiting until then.
///
/// A service starts without its database and becomes ready by itself; it does not die of a start in the wrong order.
public final class SchemaGate: Service {
    private let migrate: @Sendable () async throws -> Void
    private let logger: Logger
    private let isOpenFlag = Atomic(false)

    /// Prepares a gate.
    init(logger: Logger, migrate: @escaping @Sendable () async throws -> Void) {
        self.migrate = migrate
        self.logger = logger
    }

    /// Whether the schema has its shape.
    public var isOpen: Bool { self.isOpenFlag.load(ordering: .acquiring) }

    /// Waits until the schema has its shape.
    ///
    /// - Throws: `CancellationError` when the task ends first.
    public func opened() async throws {
        while !self.isOpen { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// Migrates, as often as it takes, then waits for the end.
    ///
    /// - Throws: What no repetition can mend: a migration that was edited after it had been applied, for example.
    public func run() async throws {
        try await cancelWhenGracefulShutdown {
            var delay = Duration.milliseconds(200)
            while !self.isOpen {
                do {
                    try await self.migrate()
                    self.isOpenFlag.store(true, ordering: .releasing)
                    self.logger.info("the schema is up to date")
                } catch let error as PostgresError where error.isRetriable || error.code == .commitOutcomeUnknown {
                    self.logger.warning("waiting for the database", metadata: ["error": "\(error)"])
                    try await Task.sleep(for: delay)
                    delay = min(delay * 2, .seconds(2))
                }
            }
        }
        try? await gracefulShutdown()
    }
}

/// Something that starts once the schema has its shape.
struct Gated<Inner: Service>: Service {
    let gate: SchemaGate
    let inner: Inner

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await self.gate.opened() }
        } catch is CancellationError {
            return
        }
        try await self.inner.run()
    }
}
