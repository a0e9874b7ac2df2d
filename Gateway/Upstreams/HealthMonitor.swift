internal import Logging
internal import ServiceLifecycle

/// Asks every instance again and again whether it is ready.
///
/// Two refusals in a row take an instance out, one good answer takes it back in: what comes back is wanted at once, what
/// stumbles once is not given up. One that says that it stops is believed at once.
struct HealthMonitor: Service {
    static let interval = Duration.seconds(1)
    private static let patience = 2

    let upstreams: Upstreams
    let client: InternalClient
    let logger: Logger

    func run() async {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for upstream in self.upstreams.services {
                    for instance in upstream.instances {
                        group.addTask { await self.watch(instance, of: upstream.name) }
                    }
                }
            }
        }
    }

    private func watch(_ instance: Instance, of service: ServiceName) async {
        var failures = 0
        while !Task.isCancelled {
            let health = await self.client.health(of: instance)
            if Task.isCancelled { return }
            failures = health == .ready ? 0 : failures + 1
            let isBelieved = health == .ready || health == .draining || failures >= Self.patience
            if isBelieved, instance.update(health) {
                let metadata: Logger.Metadata = ["upstream": "\(service.rawValue)", "url": "\(instance.address)"]
                self.logger.notice("instance is \(health)", metadata: metadata)
            }
            do {
                // Spread, so that many gateways do not ask in step.
                try await Task.sleep(for: Self.interval * Double.random(in: 0.8...1.2))
            } catch {
                return
            }
        }
    }
}
