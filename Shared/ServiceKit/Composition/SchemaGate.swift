internal import Logging
internal import Postgres
internal import ServiceLifecycle
internal import Synchronization

/// Gives the schema its shape, and keeps everything that needs it waiting until then.
///
/// A service starts without its database and becomes ready by itself; it does not die of a start in the wrong order.
final class SchemaGate: Service {
    private let migrate: @Sendable () async throws -> Void
    private let logger: Logger
    private let isOpenFlag = Atomic(false)

    init(logger: Logger, migrate: @escaping @Sendable () async throws -> Void) {
        self.migrate = migrate
        self.logger = logger
    }

    /// Whether the schema has its shape.
    var isOpen: Bool { self.isOpenFlag.load(ordering: .acquiring) }

    /// Waits until the schema has its shape.
    ///
    /// - Throws: `CancellationError` when the task ends first.
    func opened() async throws {
        while !self.isOpen { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// Migrates, as often as it takes, then waits for the end.
    ///
    /// - Throws: What no repetition can mend: a migration that was edited after it had been applied, for example.
    func run() async throws {
        try await cancelWhenGracefulShutdown { try await self.open() }
        try? await gracefulShutdown()
    }

    private func open() async throws {
        var delay = Duration.milliseconds(200)
        while !self.isOpen {
            do {
                try await self.migrate()
                self.isOpenFlag.store(true, ordering: .releasing)
                self.logger.info("the schema is up to date")
            } catch {
                // Whatever it was that broke off: the service stops, and nothing is wrong with that.
                if Task.isCancelled { return }
                guard let error = error as? PostgresError, error.isRetriable || error.code == .commitOutcomeUnknown
                else { throw error }
                self.logger.warning("waiting for the database", error: error)
                try? await Task.sleep(for: delay)
                delay = min(delay * 2, .seconds(2))
            }
        }
    }
}
