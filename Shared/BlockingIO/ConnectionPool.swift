internal import DequeModule
internal import Synchronization

/// What a pool must know about its connections.
public protocol PoolableConnection: AnyObject, Sendable {
    /// Whether the connection may be lent again; asked when it is given back.
    var isReusable: Bool { get }

    /// Asks the other side whether it still answers; called after a long idle time.
    func isAlive() async -> Bool
}

/// A bounded set of connections that are opened on demand, lent to one caller at a time and replaced when broken.
///
/// - Callers wait in order, for `maxWait` at most, in a queue of `maxWaiters` at most; a cancelled caller leaves it.
/// - While connecting fails, callers are refused at once with the last failure and one at a time tries again, so that an
///   unreachable server costs the callers no time and its return is noticed.
public final class ConnectionPool<Connection: PoolableConnection>: Sendable {
    private typealias Grant = PoolState<Connection>.Grant

    private struct Waiter {
        let id: UInt64
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Grant, any Error>
    }

    private struct Shared {
        var state: PoolState<Connection>
        var waiters: Deque<Waiter> = []
        var nextID: UInt64 = 0
        var isSweeping = false
    }

    private let configuration: PoolConfiguration
    private let connect: @Sendable () async throws -> Connection
    private let shared: Mutex<Shared>

    /// Creates an empty pool; nothing is opened before it is needed.
    ///
    /// - Parameters:
    ///   - configuration: The limits.
    ///   - connect: Opens one connection; must not take for ever.
    public init(configuration: PoolConfiguration, connect: @escaping @Sendable () async throws -> Connection) {
        self.configuration = configuration
        self.connect = connect
        self.shared = Mutex(Shared(state: PoolState(configuration: configuration)))
    }

    /// What the pool is doing right now.
    public var statistics: PoolStatistics {
        self.shared.withLock { $0.state.statistics(waiting: $0.waiters.count) }
    }

    /// Lends a connection for as long as `body` runs.
    ///
    /// - Parameter body: Uses the connection; must not let it escape.
    /// - Returns: What `body` returns.
    /// - Throws: ``PoolError``, `CancellationError` when cancelled while waiting, the failure to connect, or what `body`
    ///   throws.
    public func withConnection<R: Sendable>(
        _ body: @Sendable (Connection) async throws -> R
    ) async throws -> R {
        let connection = try await self.take()
        defer { self.giveBack(connection) }
        return try await body(connection)
    }

    /// Closes the idle connections, refuses those who wait, and lets go of lent connections as they come back.
    public func close() {
        let waiters = self.shared.withLock { shared in
            shared.state.close()
            defer { shared.waiters.removeAll() }
            return shared.waiters
        }
        for waiter in waiters {
            waiter.continuation.resume(throwing: PoolError.closed)
        }
    }

    private func take() async throws -> Connection {
        while true {
            switch try await self.permit() {
            case .connect:
                return try await self.open()
            case .use(let connection, let idleSince):
                guard idleSince.duration(to: .now) > self.configuration.idleCheck else { return connection }
                if await connection.isAlive() { return connection }
                self.giveBack(connection, isReusable: false)
            }
        }
    }

    private func open() async throws -> Connection {
        do {
            let connection = try await self.connect()
            self.change { $0.connected() }
            return connection
        } catch {
            self.change { $0.connectFailed(error, now: .now) }
            throw error
        }
    }

    private func giveBack(_ connection: Connection) {
        self.giveBack(connection, isReusable: connection.isReusable)
    }

    private func giveBack(_ connection: Connection, isReusable: Bool) {
        self.change { $0.returned(connection, isReusable: isReusable, now: .now) }
    }

    /// Changes the state and serves the waiters that the change can serve.
    private func change(_ body: (inout PoolState<Connection>) -> Void) {
        let served = self.shared.withLock { shared in
            body(&shared.state)
            var served: [(Waiter, Result<Grant, any Error>)] = []
            while !shared.waiters.isEmpty, let result = shared.state.nextForWaiter(now: .now) {
                served.append((shared.waiters.removeFirst(), result))
            }
            return served
        }
        for (waiter, result) in served {
            waiter.continuation.resume(with: result)
        }
    }

    private func permit() async throws -> Grant {
        let (decision, id) = self.shared.withLock { shared in
            shared.nextID += 1
            return (shared.state.acquire(waiting: shared.waiters.count, now: .now), shared.nextID)
        }
        switch decision {
        case .granted(let grant): return grant
        case .refused(let error): throw error
        case .wait: break
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { self.enqueue(id: id, $0) }
        } onCancel: {
            self.withdraw(id: id)
        }
    }

    private func enqueue(id: UInt64, _ continuation: CheckedContinuation<Grant, any Error>) {
        let now = ContinuousClock.now
        let (result, mustSweep): (Result<Grant, any Error>?, Bool) = self.shared.withLock { shared in
            // Checked under the lock: a cancellation from here on finds the waiter in the queue.
            if Task.isCancelled { return (.failure(CancellationError()), false) }
            switch shared.state.acquire(waiting: shared.waiters.count, now: now) {
            case .granted(let grant): return (.success(grant), false)
            case .refused(let error): return (.failure(error), false)
            case .wait:
                let deadline = now + self.configuration.maxWait
                shared.waiters.append(Waiter(id: id, deadline: deadline, continuation: continuation))
                defer { shared.isSweeping = true }
                return (nil, !shared.isSweeping)
            }
        }
        if let result { continuation.resume(with: result) }
        if mustSweep { self.sweep() }
    }

    private func withdraw(id: UInt64) {
        let waiter = self.shared.withLock { shared -> Waiter? in
            guard let index = shared.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return shared.waiters.remove(at: index)
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }

    /// Refuses those who waited for too long.
    ///
    /// One task for all of them, alive only while somebody waits: everybody waits equally long, so the first in the queue
    /// is always the first to give up.
    private func sweep() {
        Task {
            while let deadline = self.nextDeadline() {
                try await Task.sleep(until: deadline, clock: .continuous)
                for waiter in self.expired(now: .now) {
                    waiter.continuation.resume(throwing: PoolError.exhausted)
                }
            }
        }
    }

    private func nextDeadline() -> ContinuousClock.Instant? {
        self.shared.withLock { shared in
            guard let first = shared.waiters.first else {
                shared.isSweeping = false
                return nil
            }
            return first.deadline
        }
    }

    private func expired(now: ContinuousClock.Instant) -> [Waiter] {
        self.shared.withLock { shared in
            var expired: [Waiter] = []
            while let first = shared.waiters.first, first.deadline <= now {
                expired.append(shared.waiters.removeFirst())
                shared.state.waitedTooLong()
            }
            return expired
        }
    }
}
