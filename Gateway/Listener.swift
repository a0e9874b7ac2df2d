internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import ServiceLifecycle

/// Accepts clients until the process is asked to stop, and then lets those finish who have begun.
struct Listener: Service {
    /// What is under way at the end gets this long.
    static let drainTimeout = Duration.seconds(20)
    /// Longer than a balancer needs between two looks at `/health/ready`: until then clients still come here.
    static let drainPeriod = Duration.seconds(3)

    let host: String
    let port: Int
    let workers: Workers
    let control: Control
    let logger: Logger
    var drainPeriod = Self.drainPeriod
    /// Told the port once it is open; tests listen on port 0.
    var onListening: @Sendable (Int) -> Void = { _ in }

    func run() async throws {
        let channel = try await self.bind()
        let port = channel.localAddress?.port ?? self.port
        self.logger.notice("listening", metadata: ["host": "\(self.host)", "port": "\(port)"])
        self.onListening(port)
        do {
            try await gracefulShutdown()
        } catch {
            // Cancelled: everything ends at once.
            try await channel.close()
            await self.workers.stop()
            return
        }
        self.control.beginDraining()
        // A connection that just ends may cost a request that is on its way then; one that is announced to end does not.
        await self.workers.leave()
        // Cut short by a cancellation: then there is no time to wait.
        try? await Task.sleep(for: self.drainPeriod)
        try await channel.close()
        await self.workers.drain()
        await self.waitUntilIdle()
        await self.workers.stop()
        self.logger.notice("stopped")
    }

    private func bind() async throws -> any Channel {
        let workers = self.workers
        return try await ServerBootstrap(group: workers.group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try workers.initialize(channel) }
            }
            .bind(host: self.host, port: self.port)
            .get()
    }

    private func waitUntilIdle() async {
        let end = ContinuousClock.now + Self.drainTimeout
        while self.workers.connectionCount > 0, .now < end {
            do {
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                return
            }
        }
    }
}
