public import Logging
public import Postgres
public import ServiceLifecycle

/// Forgets stored answers when nobody will ask for them again.
public struct IdempotencyRetention: Service {
    private let client: PostgresClient
    private let logger: Logger

    /// - Parameter client: Connections whose search path is the service's schema.
    public init(client: PostgresClient, logger: Logger) {
        self.client = client
        self.logger = logger
    }

    /// Looks once an hour, until the process shuts down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.purge()
                } catch {
                    if Task.isCancelled { return }
                    // The database may be away; an hour later is early enough.
                    self.logger.warning("old idempotency keys not purged", error: error)
                }
                try? await Task.sleep(for: .seconds(3600))
            }
        }
    }

    private func purge() async throws {
        var purged: Int
        repeat {
            purged = try await self.client.withSession { try Idempotency.purge(in: $0) }
        } while purged > 0
    }
}
