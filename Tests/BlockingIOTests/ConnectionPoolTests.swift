import BlockingIO
import Synchronization
import TestKit
import Testing

@Suite("A connection pool")
struct ConnectionPoolTests {
    private final class Wire: PoolableConnection {
        let number: Int
        let isBroken = Atomic(false)
        let isInUse = Atomic(false)
        let isDead = Atomic(false)

        init(number: Int) { self.number = number }

        var isReusable: Bool { !self.isBroken.load(ordering: .sequentiallyConsistent) }

        func isAlive() async -> Bool { !self.isDead.load(ordering: .sequentiallyConsistent) }

        /// Uses the connection; a second user at the same time is an error.
        func use(for duration: Duration) async throws {
            let wasInUse = self.isInUse.exchange(true, ordering: .sequentiallyConsistent)
            #expect(!wasInUse)
            try await Task.sleep(for: duration)
            self.isInUse.store(false, ordering: .sequentiallyConsistent)
        }
    }

    /// Holds a connection until it is told to let go.
    private final class Holder: Sendable {
        private let isReleased = Atomic(false)

        func hold(
            _ pool: ConnectionPool<Wire>,
            atEnd: @escaping @Sendable (Wire) -> Void = { _ in }
        ) async throws -> Task<Void, any Error> {
            let task = Task {
                try await pool.withConnection { wire in
                    try await eventually { self.isReleased.load(ordering: .sequentiallyConsistent) }
                    atEnd(wire)
                }
            }
            try await eventually { pool.statistics.inUse == 1 }
            return task
        }

        func release() { self.isReleased.store(true, ordering: .sequentiallyConsistent) }
    }

    private struct Unreachable: Error {}

    /// Opens wires, or fails, and counts.
    private final class Factory: Sendable {
        let opened = Atomic(0)
        let isDown = Atomic(false)
        let delay: Duration

        init(delay: Duration = .zero) { self.delay = delay }

        func open() async throws -> Wire {
            let number = self.opened.add(1, ordering: .sequentiallyConsistent).newValue
            try await Task.sleep(for: self.delay)
            if self.isDown.load(ordering: .sequentiallyConsistent) { throw Unreachable() }
            return Wire(number: number)
        }
    }

    private final class Served: Sendable {
        private let list = Mutex<[Int]>([])
        var numbers: [Int] { self.list.withLock { $0 } }
        func append(_ number: Int) { self.list.withLock { $0.append(number) } }
    }

    private func makePool(_ factory: Factory, _ configuration: PoolConfiguration) -> ConnectionPool<Wire> {
        ConnectionPool(configuration: configuration) { try await factory.open() }
    }

    @Test("PG-4: a thousand callers share four connections, one at a time, and nobody is forgotten")
    func sharing() async throws {
        let factory = Factory()
        let pool = self.makePool(factory, PoolConfiguration(size: 4, maxWaiters: 1_000, maxWait: .seconds(60)))
        try await withThrowingTaskGroup { group in
            for number in 1...1_000 {
                group.addTask {
                    try await pool.withConnection { wire in
                        try await wire.use(for: .microseconds(100))
                        if number.isMultiple(of: 50) { wire.isBroken.store(true, ordering: .sequentiallyConsistent) }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(pool.statistics.lost == 20)
        #expect(pool.statistics.opened >= 20)
        #expect(pool.statistics.inUse == 0 && pool.statistics.waiting == 0)
        #expect(pool.statistics.idle <= 4)
    }

    @Test("PG-4: a caller that waits for too long is refused")
    func waitedTooLong() async throws {
        let pool = self.makePool(Factory(), PoolConfiguration(size: 1, maxWait: .milliseconds(200)))
        let holder = Holder()
        let holding = try await holder.hold(pool)
        let started = ContinuousClock.now
        await #expect(throws: PoolError.exhausted) { try await pool.withConnection { _ in } }
        #expect(started.duration(to: .now) >= .milliseconds(200))
        #expect(pool.statistics.timeouts == 1 && pool.statistics.waiting == 0)
        holder.release()
        try await holding.value
        try await pool.withConnection { _ in }
    }

    @Test("PG-4: a caller that finds the queue full is refused at once")
    func queueFull() async throws {
        let pool = self.makePool(Factory(), PoolConfiguration(size: 1, maxWaiters: 1, maxWait: .seconds(60)))
        let holder = Holder()
        let holding = try await holder.hold(pool)
        let waiter = Task { try await pool.withConnection { _ in } }
        try await eventually { pool.statistics.waiting == 1 }
        let started = ContinuousClock.now
        await #expect(throws: PoolError.exhausted) { try await pool.withConnection { _ in } }
        #expect(started.duration(to: .now) < .seconds(30))
        holder.release()
        try await holding.value
        try await waiter.value
    }

    @Test("PG-4: a cancelled caller leaves the queue, and the next one gets the connection")
    func cancelled() async throws {
        let pool = self.makePool(Factory(), PoolConfiguration(size: 1, maxWait: .seconds(60)))
        let holder = Holder()
        let holding = try await holder.hold(pool)
        let first = Task { try await pool.withConnection { _ in } }
        try await eventually { pool.statistics.waiting == 1 }
        let second = Task { try await pool.withConnection { _ in } }
        try await eventually { pool.statistics.waiting == 2 }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(pool.statistics.waiting == 1)
        holder.release()
        try await second.value
        try await holding.value
    }

    @Test("a caller that was cancelled before it asked gets no connection when it would have to wait")
    func cancelledBefore() async throws {
        let pool = self.makePool(Factory(), PoolConfiguration(size: 1))
        try await pool.withConnection { _ in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await pool.withConnection { _ in }
            }
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test("callers are served in the order in which they came")
    func order() async throws {
        let pool = self.makePool(Factory(), PoolConfiguration(size: 1, maxWait: .seconds(60)))
        let served = Served()
        let holder = Holder()
        let holding = try await holder.hold(pool)
        var waiters: [Task<Void, any Error>] = []
        for number in 1...10 {
            waiters.append(Task { try await pool.withConnection { _ in served.append(number) } })
            try await eventually { pool.statistics.waiting == number }
        }
        holder.release()
        try await holding.value
        for waiter in waiters { try await waiter.value }
        #expect(served.numbers == Array(1...10))
    }

    @Test("while nothing can be opened callers are refused at once, one tries now and then, and the way back is found")
    func outage() async throws {
        let factory = Factory(delay: .milliseconds(50))
        factory.isDown.store(true, ordering: .sequentiallyConsistent)
        let pool = self.makePool(factory, PoolConfiguration(size: 4, maxWait: .seconds(60)))
        let started = ContinuousClock.now
        for _ in 1...200 {
            await #expect(throws: Unreachable.self) { try await pool.withConnection { _ in } }
        }
        // The shortest pause between two attempts is 100 ms.
        let attempts = factory.opened.load(ordering: .sequentiallyConsistent)
        #expect(attempts <= 1 + Int(started.duration(to: .now) / .milliseconds(100)))

        factory.isDown.store(false, ordering: .sequentiallyConsistent)
        try await eventually {
            do {
                try await pool.withConnection { _ in }
                return true
            } catch is Unreachable {
                return false
            }
        }
        // Everybody is welcome again, also at the same time.
        try await withThrowingTaskGroup { group in
            for _ in 1...100 {
                group.addTask { try await pool.withConnection { try await $0.use(for: .milliseconds(1)) } }
            }
            try await group.waitForAll()
        }
    }

    @Test("callers that wait while the server goes away hear of it at once")
    func waitersInOutage() async throws {
        let factory = Factory()
        let pool = self.makePool(factory, PoolConfiguration(size: 1, maxWait: .seconds(60)))
        let holder = Holder()
        let holding = try await holder.hold(pool) { wire in
            factory.isDown.store(true, ordering: .sequentiallyConsistent)
            wire.isBroken.store(true, ordering: .sequentiallyConsistent)
        }
        let waiters = (1...20).map { _ in Task { try await pool.withConnection { _ in } } }
        try await eventually { pool.statistics.waiting == 20 }
        let started = ContinuousClock.now
        holder.release()
        for waiter in waiters { await #expect(throws: Unreachable.self) { try await waiter.value } }
        #expect(started.duration(to: .now) < .seconds(2))
        try await holding.value
        #expect(pool.statistics.inUse == 0)
    }

    @Test("a connection that was idle for long is asked before it is lent, and replaced if it does not answer")
    func idleCheck() async throws {
        let pool = self.makePool(Factory(), PoolConfiguration(size: 2, idleCheck: .milliseconds(20)))
        let first = try await pool.withConnection { wire in
            wire.isDead.store(true, ordering: .sequentiallyConsistent)
            return wire.number
        }
        #expect(try await pool.withConnection { $0.number } == first)
        try await Task.sleep(for: .milliseconds(30))
        #expect(try await pool.withConnection { $0.number } != first)
        #expect(pool.statistics.lost == 1)
    }

    @Test("a closed pool refuses everybody and keeps nothing")
    func closed() async throws {
        let pool = self.makePool(Factory(), PoolConfiguration(size: 1, maxWait: .seconds(60)))
        let holder = Holder()
        let holding = try await holder.hold(pool)
        let waiter = Task { try await pool.withConnection { _ in } }
        try await eventually { pool.statistics.waiting == 1 }
        pool.close()
        await #expect(throws: PoolError.closed) { try await waiter.value }
        await #expect(throws: PoolError.closed) { try await pool.withConnection { _ in } }
        holder.release()
        try await holding.value
        #expect(pool.statistics.idle == 0)
    }
}
