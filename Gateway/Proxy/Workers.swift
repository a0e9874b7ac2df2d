internal import NIOCore
internal import NIOHTTP1

/// The workers of all event loops.
final class Workers: Sendable {
    let group: any EventLoopGroup
    private let limits: ConnectionLimits
    private let trustedProxies: [NetworkRange]
    private let workers: [ObjectIdentifier: NIOLoopBound<Worker>]
    private let connections: ConnectionCounter

    /// Makes one worker per event loop.
    init(group: any EventLoopGroup, gateway: GatewayContext) async throws {
        self.group = group
        self.limits = gateway.limits
        self.trustedProxies = gateway.trustedProxies
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
            self.connections.add(address, isInside: peer.isInside || address == nil)
        else { throw ChannelError.operationUnsupported }
        channel.closeFuture.whenComplete { _ in self.connections.remove(address) }
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = self.limits.maximumHeaderSize
        limits.maxHeaderListSize = self.limits.maximumHeaderSize
        limits.maxHeaderFieldCount = self.limits.maximumHeaderCount
        let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)
        let connection = ClientConnection(worker: worker, peer: peer)
        try channel.pipeline.syncOperations.addHandlers([ByteToMessageHandler(decoder), connection])
    }

    /// Lets every connection finish what it has begun.
    func drain() async {
        await self.onEveryLoop { $0.drain() }
    }

    /// Ends every connection.
    func stop() async {
        await self.onEveryLoop { $0.stop() }
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
