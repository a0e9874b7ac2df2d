internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import NIOSSL
internal import NIOTLS

/// Sets up what stands between a client's bytes and its ``ClientConnection``: TLS if there is a certificate, and HTTP/1.1 or
/// HTTP/2 as the client chooses in the handshake (RFC 7301).
struct ClientPipeline {
    let worker: Worker
    let peer: ClientAddress
    let certificate: ServerCertificate?

    func initialize(_ channel: any Channel) throws {
        guard let certificate else { return try self.addHTTP1(to: channel) }
        let bound = NIOLoopBound(self, eventLoop: channel.eventLoop)
        let reader = NIOLoopBound(HandshakeReader(), eventLoop: channel.eventLoop)
        let negotiation = ApplicationProtocolNegotiationHandler { result in
            channel.eventLoop.makeCompletedFuture {
                channel.pipeline.syncOperations.removeHandler(reader.value, promise: nil)
                if case .negotiated("h2") = result {
                    try bound.value.addHTTP2(to: channel)
                } else {
                    try bound.value.addHTTP1(to: channel)
                }
            }
        }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandlers([reader.value, NIOSSLServerHandler(context: certificate.context), negotiation])
        self.limitHandshake(of: channel, negotiation)
    }

    private func addHTTP1(to channel: any Channel) throws {
        let limits = self.worker.gateway.limits
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = limits.maximumHeaderSize
        decoding.maxHeaderListSize = limits.maximumHeaderSize
        decoding.maxHeaderFieldCount = limits.maximumHeaderCount
        // Only a tunnel takes the decoder out, and what the client says first must not be lost then.
        let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: decoding)
        let connection = ClientConnection(worker: self.worker, peer: self.peer, encoder: HTTP1ClientEncoder())
        try channel.pipeline.syncOperations.addHandlers([ByteToMessageHandler(decoder), connection])
    }

    private func addHTTP2(to channel: any Channel) throws {
        let limits = self.worker.gateway.limits
        // Only says farewell properly: its timers begin with the channel, which has been there for a handshake already.
        let farewell = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(maxIdleTime: nil, maxAge: nil, maxGraceTime: nil, keepalive: nil)
        )
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.maximumStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.maximumHeaderSize),
            HTTP2Setting(parameter: .initialWindowSize, value: Self.streamWindow),
        ]
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = Self.streamWindow
        stream.outboundBufferSizeHighWatermark = 64 << 10
        stream.outboundBufferSizeLowWatermark = 32 << 10
        let end = MultiplexedConnection(worker: self.worker)
        let bound = NIOLoopBound((pipeline: self, end: end), eventLoop: channel.eventLoop)
        let handler = NIOHTTP2Handler(
            mode: .server,
            eventLoop: channel.eventLoop,
            connectionConfiguration: connection,
            streamConfiguration: stream,
            streamDelegate: farewell.http2StreamDelegate
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                bound.value.end.add(stream)
                try bound.value.pipeline.addStream(stream)
            }
        }
        try channel.pipeline.syncOperations.addHandlers([handler, farewell, end])
    }

    /// How much of a body a client may send before it is passed on.
    private static let streamWindow = 256 << 10

    private func addStream(_ channel: any Channel) throws {
        let connection = ClientConnection(worker: self.worker, peer: self.peer, encoder: HTTP2ClientEncoder())
        // Read as the service takes it, or one stream could fill the memory.
        try channel.syncOptions?.setOption(.autoRead, value: false)
        try channel.pipeline.syncOperations.addHandlers([HTTP2FramePayloadToHTTP1ServerCodec(), connection])
    }

    /// A client that connects and does not finish the handshake holds a place for nothing.
    private func limitHandshake(of channel: any Channel, _ negotiation: ApplicationProtocolNegotiationHandler) {
        let bound = NIOLoopBound(negotiation, eventLoop: channel.eventLoop)
        channel.eventLoop.assumeIsolated().scheduleTask(in: self.worker.gateway.limits.headerTimeout) {
            let isWaiting = (try? channel.pipeline.syncOperations.context(handler: bound.value)) != nil
            if isWaiting { channel.close(promise: nil) }
        }
    }
}
