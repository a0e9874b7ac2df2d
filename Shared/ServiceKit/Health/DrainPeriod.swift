public import ServiceLifecycle

/// Gives the gateway time to notice that this process is about to stop.
///
/// It is the last of the services that have work to do; only ``LastResort`` comes after it, which ends at once. So it is
/// told about a shutdown before all that serve requests (a group stops in reverse order and waits for each): it makes the
/// process not ready and holds the shutdown back while requests are still served.
public struct DrainPeriod: Service {
    private let health: HealthRegistry
    private let duration: Duration

    /// - Parameter duration: Longer than the gateway needs between two looks at `/health/ready`.
    public init(health: HealthRegistry, duration: Duration = .seconds(3)) {
        self.health = health
        self.duration = duration
    }

    /// Waits for the shutdown, and then for the drain period.
    public func run() async throws {
        try? await gracefulShutdown()
        self.health.beginDraining()
        // Cancelled by a second signal or the shutdown limit of the group: then there is no time to drain.
        try? await Task.sleep(for: self.duration)
    }
}
