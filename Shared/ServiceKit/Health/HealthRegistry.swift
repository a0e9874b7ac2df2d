public import Logging
internal import Synchronization

/// Whether a service can work, asked by people, by the platform that restarts it and by the gateway that sends it
/// requests.
///
/// Answers are kept for a second and every check has a time-out, so that asking often costs nothing and asking while a
/// dependency hangs does not hang.
public final class HealthRegistry: Sendable {
    /// One thing that may work or not.
    struct Check: Sendable {
        let name: String
        let isRequired: Bool
        let isVital: Bool
        let cache: HealthCheckCache
    }

    private struct State {
        var checks: [Check] = []
        var isDraining = false
    }

    private let state = Mutex(State())
    private let service: String
    private let logger: Logger

    /// A registry without checks: always healthy.
    public init(service: String, logger: Logger) {
        self.service = service
        self.logger = logger
    }

    /// Adds a dependency.
    ///
    /// - Parameters:
    ///   - name: For people: `postgres`.
    ///   - isRequired: Whether the service is useless without it. Others only degrade it.
    ///   - isVital: Whether only a restart of the process can help: the heartbeat of a thread, never another server.
    ///   - check: Returns when the dependency works and throws when it does not.
    public func add(
        _ name: String,
        isRequired: Bool,
        isVital: Bool = false,
        _ check: @escaping @Sendable () async throws -> Void
    ) {
        let cache = HealthCheckCache(name: name, logger: self.logger, check)
        self.state.withLock {
            $0.checks.append(Check(name: name, isRequired: isRequired, isVital: isVital, cache: cache))
        }
    }

    /// From now on the service is not ready: the gateway is to send requests elsewhere.
    public func beginDraining() {
        self.state.withLock { $0.isDraining = true }
    }

    /// Whether the process can still be helped without a restart.
    func isAlive() async -> Bool {
        let vital = self.state.withLock { $0.checks.filter(\.isVital) }
        return await self.ask(vital).allSatisfy { $0.status == "up" }
    }

    /// How everything is.
    func report() async -> HealthReport {
        let (checks, isDraining) = self.state.withLock { ($0.checks, $0.isDraining) }
        return HealthReport(service: self.service, isDraining: isDraining, dependencies: await self.ask(checks))
    }

    private func ask(_ checks: [Check]) async -> [HealthReport.Dependency] {
        await withTaskGroup(of: HealthReport.Dependency.self) { group in
            for check in checks {
                group.addTask {
                    let isUp = await check.cache.isUp()
                    return .init(name: check.name, status: isUp ? "up" : "down", required: check.isRequired)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.name < $1.name }
        }
    }
}

/// The answer of `GET /health`.
struct HealthReport: Encodable, Sendable {
    struct Dependency: Encodable, Sendable {
        let name: String
        let status: String
        let required: Bool
    }

    /// `ok`, `degraded` (something that is not required is down), `unavailable` or `stopping`.
    let status: String
    let service: String
    let dependencies: [Dependency]

    init(service: String, isDraining: Bool, dependencies: [Dependency]) {
        let down = dependencies.filter { $0.status == "down" }
        self.status =
            isDraining ? "stopping" : down.contains { $0.required } ? "unavailable" : down.isEmpty ? "ok" : "degraded"
        self.service = service
        self.dependencies = dependencies
    }

    var isReady: Bool { self.status == "ok" || self.status == "degraded" }
}
