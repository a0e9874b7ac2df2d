internal import BlockingIO
internal import Logging

/// One connection on its own thread: it sends what callers ask for in batches, and replaces a connection that failed.
///
/// All that can block (resolving the host, connecting, waiting for the server) happens in `serve()`, on that thread. What
/// callers are promised does not depend on it: the watch dismisses them at their deadline whatever the thread does.
actor RedisConnection {
    private let configuration: RedisConfiguration
    private let logger: Logger
    private let executor: ThreadExecutor
    private let queue: RequestQueue
    /// `nil` during every round trip, so that an error leaves nothing behind that could be used again (RD-2).
    private var handle: RedisHandle?
    /// Whether the loss of the server has been logged, and its return not yet.
    private var isLossKnown = false

    init(configuration: RedisConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        self.executor = ThreadExecutor(name: "redis")
        self.queue = RequestQueue(limit: configuration.queueLimit, watchInterval: configuration.commandTimeout / 10)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        self.executor.asUnownedSerialExecutor()
    }

    nonisolated var statistics: RedisStatistics {
        self.queue.statistics
    }

    /// Lets a request in, or says why not; never waits.
    ///
    /// The tasks are unstructured because they work for all callers: none may cancel them. Each ends when nobody waits.
    nonisolated func submit(_ request: RedisRequest) throws(RedisError) {
        let chores = try self.queue.enter(request)
        if chores.serving { Task.detached { await self.serve() } }
        if chores.watching { Task.detached { [queue] in try await queue.watch() } }
    }

    /// Refuses new requests, lets the round trip under way end and disconnects.
    nonisolated func close() async {
        self.queue.close()
        await self.disconnect()
    }

    /// Answers requests, batch after batch, until nobody waits.
    private func serve() {
        while let batch = self.queue.nextBatch() {
            // A connection that ended while nobody used it is replaced while the batch waits: nothing has been sent yet.
            guard self.handle?.isQuiet == true || self.connect() else { continue }
            do throws(RedisError) {
                try self.exchange(batch)
            } catch {
                self.queue.didBreak(error)
                self.noteLoss(error)
                _ = self.connect()
            }
        }
    }

    /// One round trip: all commands out, all replies in.
    ///
    /// The handle survives it only if nothing failed.
    private func exchange(_ batch: [RedisRequest]) throws(RedisError) {
        guard var handle = self.handle.take() else { throw RedisError(.connectionLost, "not connected") }
        let deadline = ContinuousClock.now + self.configuration.commandTimeout
        for request in batch {
            for command in request.commands { try handle.append(command) }
        }
        var commands = 0
        var serverErrors = 0
        for request in batch {
            var replies: [RedisReply] = []
            for _ in request.commands {
                let reply = try handle.nextReply(until: deadline)
                if case .error = reply { serverErrors += 1 }
                replies.append(reply)
            }
            commands += replies.count
            request.resolve(with: .success(replies))
        }
        self.queue.didAnswer(commands: commands, serverErrors: serverErrors)
        self.handle = consume handle
    }

    /// Replaces the connection, and answers whether that succeeded.
    private func connect() -> Bool {
        self.handle = nil
        do throws(RedisError) {
            self.handle = try self.open()
        } catch {
            self.queue.didFailToConnect(error)
            self.noteLoss(error)
            return false
        }
        self.queue.didConnect()
        if self.isLossKnown { self.logger.notice("Redis is available again", metadata: self.metadata) }
        self.isLossKnown = false
        return true
    }

    /// Connects and greets.
    ///
    /// Only an answer proves that the server lives: the kernel completes connections to a stopped process, too.
    private func open() throws(RedisError) -> RedisHandle {
        var handle = try RedisHandle.connecting(to: self.configuration.host, port: self.configuration.port)
        let deadline = ContinuousClock.now + self.configuration.connectTimeout
        let greeting = self.configuration.greeting
        for command in greeting { try handle.append(command) }
        var reply = RedisReply.null
        for _ in greeting { reply = try handle.nextReply(until: deadline).get() }
        // TCP lets a socket that dials a free port of this machine connect to itself; then our own words come back.
        guard reply == .status("PONG") else { throw RedisError(.protocolViolation, "PING was not answered with PONG") }
        return handle
    }

    private func disconnect() {
        self.handle = nil
    }

    private func noteLoss(_ error: RedisError) {
        guard !self.isLossKnown else { return }
        self.isLossKnown = true
        self.logger.warning(
            "Redis is unavailable",
            metadata: self.metadata.merging(["error": "\(error)"]) { $1 }
        )
    }

    private var metadata: Logger.Metadata {
        ["redis": "\(self.configuration)"]
    }
}

extension RedisConfiguration {
    /// What a new connection says first.
    fileprivate var greeting: [RedisCommand] {
        var commands: [RedisCommand] = []
        if let password {
            commands.append(RedisCommand("AUTH", [self.username, password].compactMap { $0 }))
        }
        if self.database != 0 {
            commands.append(RedisCommand("SELECT", String(self.database)))
        }
        return commands + [RedisCommand("PING")]
    }
}
