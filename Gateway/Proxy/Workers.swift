internal import FoundationEssentials
internal import NIOCore

/// The workers of all event loops.
final class Workers: Sendable {
    let group: any EventLoopGroup
    private let trustedProxies: [NetworkRange]
    private let insideNetworks: [NetworkRange]
    private let certificate: ServerCertificate?
    private let workers: [ObjectIdentifier: NIOLoopBound<Worker>]
    private let connections: ConnectionCounter

    /// Makes one worker per event loop.
    init(group: any EventLoopGroup, gateway: GatewayContext, certificate: ServerCertificate?) async throws {
        self.group = group
        self.trustedProxies = gateway.trustedProxies
        self.insideNetworks = gateway.insideNetworks
        self.certificate = certificate
        self.connections = ConnectionCounter(limits: gateway.limits)
        var workers: [ObjectIdentifier: NIOLoopBound<Worker>] = [:]
        for eventLoop in group.makeIterator() {
            workers[ObjectIdentifier(eventLoop)] = try await eventLoop.submit {
                let worker = Worker(eventLoop: eventLoop, gateway: gateway)
                worker.start()
                return NIOLoopBound(worker, eventLoop: eventLoop)
            }.get()
        }
        self.workers = workers
        gateway.authentication.endedSessions.tell { [weak self] in self?.end($0) }
    }

    /// Clients that are connected now.
    var connectionCount: Int { self.connections.total }

    /// Sets a client's connection up, or refuses it when there are too many, in all or from its address.
    ///
    /// Called on the connection's event loop.
    func initialize(_ channel: any Channel) throws {
        let peer = ClientAddress(channel.remoteAddress)
        let address = peer.isAmong(self.trustedProxies) ? nil : peer.limitKey
        guard let worker = self.workers[ObjectIdentifier(channel.eventLoop)]?.value,
            self.connections.add(address, isInside: peer.isInside(self.insideNetworks) || address == nil)
        else { throw ChannelError.operationUnsupported }
        channel.closeFuture.whenComplete { _ in self.connections.remove(address) }
        try ClientPipeline(worker: worker, peer: peer, certificate: self.certificate).initialize(channel)
    }

    /// Requests that begin from now on take these routes.
    func follow(_ routes: RoutingTable) async {
        await self.onEveryLoop { $0.follow(routes) }
    }

    /// Sends every client elsewhere with its next answer.
    func leave() async {
        await self.onEveryLoop { $0.leave() }
    }

    /// Lets every connection finish what it has begun.
    func drain() async {
        await self.onEveryLoop { $0.drain() }
    }

    /// Ends every connection.
    func stop() async {
        await self.onEveryLoop { $0.stop() }
    }

    private func end(_ sessions: Set<UUID>) {
        for worker in self.workers.values { worker.eventLoop.execute { worker.value.end(sessions) } }
    }

    private func onEveryLoop(_ body: @escaping @Sendable (Worker) -> Void) async {
        for worker in self.workers.values {
            await withCheckedContinuation { continuation in
                worker.eventLoop.execute {
                    body(worker.value)
                    continuation.resume()
                }
            }
        }
    }
}
