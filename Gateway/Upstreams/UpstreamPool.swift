internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// The connections of one event loop to one instance.
final class UpstreamPool {
    /// More requests at once than this, from one event loop to one instance, are an overload.
    static let maximumConnections = 1024
    /// An unused connection is closed before the service may think of closing it.
    static let idleTimeout = TimeAmount.seconds(30)
    static let connectTimeout = TimeAmount.seconds(1)

    let instance: Instance
    private unowned let worker: Worker
    /// Unused connections, the freshest at the end and taken first: the others can grow old and go.
    private var idle: [UpstreamConnection] = []
    private var count = 0
    private var isClosed = false

    init(instance: Instance, worker: Worker) {
        self.instance = instance
        self.worker = worker
    }

    /// Whether nothing is open, or being opened.
    var isEmpty: Bool { self.count == 0 }

    /// Whether a connection can be had.
    var hasRoom: Bool { !self.idle.isEmpty || self.count < Self.maximumConnections }

    /// An open connection that nobody uses.
    func takeIdle() -> UpstreamConnection? {
        while let connection = self.idle.popLast() {
            if connection.isOpen { return connection }
        }
        return nil
    }

    /// Opens a connection for a client that waits for it.
    func connect(for client: ClientConnection, serial: UInt64) {
        self.count += 1
        let bound = NIOLoopBound(Connecting(pool: self, client: client), eventLoop: self.worker.eventLoop)
        ClientBootstrap(group: self.worker.eventLoop)
            .connectTimeout(Self.connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.autoRead, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = UpstreamConnection(pool: bound.value.pool)
                    bound.value.connection = connection
                    try connection.addHandlers(to: channel.pipeline.syncOperations)
                }
            }
            .connect(host: self.instance.address.host, port: self.instance.address.port)
            .whenComplete { result in
                let connecting = bound.value
                switch result {
                case .success: connecting.pool.opened(connecting.connection, for: connecting.client, serial: serial)
                case .failure: connecting.pool.failed(for: connecting.client, serial: serial)
                }
            }
    }

    /// A connection is free again.
    func giveBack(_ connection: UpstreamConnection) {
        if self.isClosed { return connection.close() }
        connection.idleSince = self.worker.roughNow
        self.idle.append(connection)
    }

    /// A connection is no more.
    func closed(_ connection: UpstreamConnection) {
        self.count -= 1
        if let index = self.idle.firstIndex(where: { $0 === connection }) { self.idle.remove(at: index) }
    }

    func sweep(at now: NIODeadline) {
        let old = self.idle.prefix { now - $0.idleSince > Self.idleTimeout }
        self.idle.removeFirst(old.count)
        for connection in old { connection.close() }
    }

    func close() {
        self.isClosed = true
        let idle = self.idle
        self.idle = []
        for connection in idle { connection.close() }
    }

    private func opened(_ connection: UpstreamConnection?, for client: ClientConnection, serial: UInt64) {
        guard let connection else { return }
        if client.isWaiting(for: serial) {
            if connection.isOpen {
                client.upstreamOpened(connection, isReused: false)
            } else {
                client.upstreamFailed(.notConnected)
            }
        } else if connection.isOpen {
            // The client has gone away meanwhile; the next one will be glad of the connection.
            self.giveBack(connection)
        }
    }

    private func failed(for client: ClientConnection, serial: UInt64) {
        self.count -= 1
        if client.isWaiting(for: serial) { client.upstreamFailed(.notConnected) }
    }

    /// What a connection attempt is about; lives on the loop.
    private final class Connecting {
        let pool: UpstreamPool
        let client: ClientConnection
        var connection: UpstreamConnection?

        init(pool: UpstreamPool, client: ClientConnection) {
            self.pool = pool
            self.client = client
        }
    }
}
