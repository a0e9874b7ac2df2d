internal import NIOCore
internal import NIOHTTP1

/// What becomes of a connection whose service has agreed to speak WebSocket (RFC 6455).
extension ClientConnection {
    /// From here on bytes are passed on as they are.
    func beginTunnel() {
        guard let context, let upstream else { return self.abort() }
        self.phase = .tunnel
        let ends = TunnelEnd.pair(
            onBytesFromClient: { [unowned self] count in
                self.exchange.requestBytes += count
                self.exchange.lastProgress = self.worker.roughNow
            },
            onBytesFromService: { [unowned self] count in
                self.exchange.responseBytes += count
                self.exchange.lastProgress = self.worker.roughNow
            }
        )
        self.tunnel = ends.client
        self.becomeLongLived()
        self.encoder.flush(context, promise: nil)
        do {
            try context.pipeline.syncOperations.addHandler(ends.client)
            try upstream.becomeTunnel(ends.service)
            // Both parsers stopped behind the upgrade; what they hold already comes first.
            let parser = try context.pipeline.syncOperations.context(
                handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self
            )
            context.pipeline.syncOperations.removeHandler(context: parser, promise: nil)
        } catch {
            return self.abort()
        }
        ends.client.readOn()
        ends.service.readOn()
    }

    /// What may last for hours keeps neither the event loop nor the instance busy, and does not count as a request to them.
    func becomeLongLived() {
        self.exchange.isLongLived = true
        self.worker.requestsUnderWay -= 1
        self.releaseInstance()
    }

    /// The client has gone, or the service; the other follows.
    func endTunnel() {
        self.upstream?.close()
        self.upstream = nil
        self.finishExchange()
    }
}
