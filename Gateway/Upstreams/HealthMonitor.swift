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
                for upstream in self.upstreams.services { group.addTask { await self.watch(upstream) } }
            }
        }
    }

    private func watch(_ upstream: Upstream) async {
        var failures: [ObjectIdentifier: Int] = [:]
        while !Task.isCancelled {
            let answers = await self.ask(upstream.instances)
            if Task.isCancelled { return }
            failures = answers.reduce(into: [:]) { counts, answer in
                let id = ObjectIdentifier(answer.instance)
                counts[id] = answer.health == .ready ? 0 : failures[id, default: 0] + 1
            }
            for (instance, health) in answers {
                let isBelieved =
                    health != .unavailable || failures[ObjectIdentifier(instance), default: 0] >= Self.patience
                guard isBelieved, instance.update(health) else { continue }
                let metadata: Logger.Metadata = ["upstream": "\(upstream.name)", "url": "\(instance.address)"]
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

    private func ask(_ instances: [Instance]) async -> [(instance: Instance, health: InstanceHealth)] {
        await withTaskGroup(of: (Instance, InstanceHealth).self) { group in
            for instance in instances { group.addTask { (instance, await self.client.health(of: instance)) } }
            return await group.reduce(into: []) { $0.append((instance: $1.0, health: $1.1)) }
        }
    }
}
