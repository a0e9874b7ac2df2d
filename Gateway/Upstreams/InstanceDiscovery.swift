internal import Logging
internal import NIOCore
internal import ServiceLifecycle

/// Finds the instances behind host names, again and again: whoever scales a service changes what its name resolves to.
///
/// Every address of a name is an instance. While a name does not resolve, those that are known stay.
struct InstanceDiscovery: Service {
    static let interval = Duration.seconds(5)

    let upstreams: Upstreams
    let addresses: [ServiceName: [InstanceAddress]]
    let resolver: HostResolver
    let logger: Logger
    var interval = Self.interval

    func run() async {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                for (name, addresses) in self.addresses where addresses.contains(where: \.needsResolving) {
                    group.addTask { await self.follow(self.upstreams[name], addresses) }
                }
                await group.waitForAll()
                // A service that has nothing to do stays until it is asked to stop.
                try? await gracefulShutdown()
            }
        }
    }

    private func follow(_ upstream: Upstream, _ addresses: [InstanceAddress]) async {
        var known: [InstanceAddress: [InstanceAddress]] = [:]
        var unresolved: Set<InstanceAddress> = []
        while !Task.isCancelled {
            for address in addresses where address.needsResolving {
                do {
                    known[address] = try await self.resolver.addresses(of: address)
                    unresolved.remove(address)
                } catch {
                    // Once per outage.
                    guard unresolved.insert(address).inserted else { continue }
                    self.warn(address, upstream, isKnown: known[address] != nil, error)
                }
            }
            self.update(upstream, addresses.flatMap { $0.needsResolving ? known[$0] ?? [] : [$0] })
            do {
                let isComplete = addresses.allSatisfy { !$0.needsResolving || known[$0] != nil }
                try await Task.sleep(for: isComplete ? self.interval : min(self.interval, .seconds(1)))
            } catch {
                return
            }
        }
    }

    private func warn(_ address: InstanceAddress, _ upstream: Upstream, isKnown: Bool, _ error: any Error) {
        let metadata: Logger.Metadata = ["upstream": "\(upstream.name)", "host": "\(address.host)"]
        let consequence = isKnown ? "its last instances stay" : "it has no instance yet"
        self.logger.warning("name not resolved; \(consequence): \(error)", metadata: metadata)
    }

    private func update(_ upstream: Upstream, _ addresses: [InstanceAddress]) {
        let (added, removed) = upstream.replaceInstances(addresses, at: .now())
        for (instances, change) in [(added, "added"), (removed, "removed")] {
            for instance in instances {
                let metadata: Logger.Metadata = ["upstream": "\(upstream.name)", "url": "\(instance.address)"]
                self.logger.notice("instance \(change)", metadata: metadata)
            }
        }
    }
}
