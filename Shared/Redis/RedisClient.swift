public import Logging
public import ServiceLifecycle
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The door to Redis.
///
/// Commands of concurrent callers are pipelined together over a few connections. Every caller hears within
/// ``RedisConfiguration/commandTimeout``, also when the server is stopped or its host name does not resolve. While a server is
/// known not to answer, callers are refused at once; the first one after a back-off of 50 ms to 1 s, with jitter, tries again.
///
/// Since callers share connections, commands that change a connection (`SELECT`, `SUBSCRIBE`, `WATCH` alone …) or hold it up
/// (`BLPOP` …) do not belong here.
///
/// The client connects when it is first used and can be used before ``run()``.
public final class RedisClient: Sendable {
    private let configuration: RedisConfiguration
    private let connections: [RedisConnection]
    private let turn = Atomic(0)
    private let refusals = Atomic(0)

    /// Makes a client and, with it, the process immune to SIGPIPE, which would otherwise end it: hiredis writes with
    /// `write(2)`, and that raises the signal when the server has gone (RD-1).
    ///
    /// - Parameters:
    ///   - configuration: Where the server is, and the budgets.
    ///   - logger: Hears when the server stops to answer and when it is back.
    public init(configuration: RedisConfiguration, logger: Logger) {
        signal(SIGPIPE, SIG_IGN)
        self.configuration = configuration
        self.connections = (0..<max(1, configuration.connections)).map { _ in
            RedisConnection(configuration: configuration, logger: logger)
        }
    }

    /// Runs one command.
    ///
    /// - Parameter command: The command.
    /// - Returns: The reply, never ``RedisReply/error(_:)``.
    /// - Throws: ``RedisError``, also for an error that the server answered; `CancellationError`.
    public func send(_ command: RedisCommand) async throws -> RedisReply {
        try await self.send(command, until: self.deadline)
    }

    /// Runs commands one after the other on one connection; those of other callers do not come between them.
    ///
    /// That is no transaction: a command runs although the one before it failed. Send `MULTI` and `EXEC` for one.
    ///
    /// - Parameter commands: The commands.
    /// - Returns: One reply for each, in order; errors that the server answered are among them.
    /// - Throws: ``RedisError`` when not all replies arrived; `CancellationError`.
    public func send(_ commands: [RedisCommand]) async throws -> [RedisReply] {
        try await self.send(commands, until: self.deadline)
    }

    /// Runs a script from the server's cache, and from its source when the server does not have it there.
    ///
    /// - Parameters:
    ///   - script: The script.
    ///   - keys: What the script calls `KEYS`.
    ///   - arguments: What the script calls `ARGV`.
    /// - Returns: What the script returned, never ``RedisReply/error(_:)``.
    /// - Throws: ``RedisError``, also for an error of the script; `CancellationError`.
    public func evaluate(
        _ script: RedisScript,
        keys: [String] = [],
        arguments: [String] = []
    ) async throws -> RedisReply {
        let deadline = self.deadline
        do {
            return try await self.send(script.evaluateCached(keys: keys, arguments: arguments), until: deadline)
        } catch let error as RedisError where error.server?.code == .noScript {
            return try await self.send(script.evaluate(keys: keys, arguments: arguments), until: deadline)
        }
    }

    /// Asks one connection's server for a sign of life.
    ///
    /// - Throws: ``RedisError``, `CancellationError`.
    public func ping() async throws {
        _ = try await self.send(RedisCommand("PING"))
    }

    /// What all connections have done and do.
    public var statistics: RedisStatistics {
        var statistics = self.connections.map(\.statistics).reduce(RedisStatistics(), +)
        statistics.failures += self.refusals.load(ordering: .relaxed)
        return statistics
    }

    /// Refuses new requests, lets round trips under way end and disconnects; closing again does nothing.
    public func close() async {
        for connection in self.connections { await connection.close() }
    }

    private var deadline: ContinuousClock.Instant {
        .now + self.configuration.commandTimeout
    }

    private func send(_ command: RedisCommand, until deadline: ContinuousClock.Instant) async throws -> RedisReply {
        // One command, one reply: the array is never empty.
        guard let reply = try await self.send([command], until: deadline).first else { return .null }
        return try reply.get()
    }

    private func send(_ commands: [RedisCommand], until deadline: ContinuousClock.Instant) async throws -> [RedisReply]
    {
        guard !commands.isEmpty else { return [] }
        let request = RedisRequest(commands, deadline: deadline)
        try self.submit(request)
        return try await request.replies()
    }

    /// Takes the connections in turn, passing over those that let nobody in.
    private func submit(_ request: RedisRequest) throws(RedisError) {
        let turn = self.turn.wrappingAdd(1, ordering: .relaxed).oldValue
        var refusal = RedisError(.unavailable, "no connection")
        for offset in 0..<self.connections.count {
            let index = Int(UInt(bitPattern: turn &+ offset) % UInt(self.connections.count))
            do throws(RedisError) {
                return try self.connections[index].submit(request)
            } catch {
                refusal = error
            }
        }
        self.refusals.wrappingAdd(1, ordering: .relaxed)
        throw refusal
    }
}

extension RedisClient: Service {
    /// Waits for the end of the process or of the task, and closes.
    public func run() async {
        do {
            try await gracefulShutdown()
        } catch {
            // Cancelled: the end has come without grace.
        }
        await self.close()
    }
}
