internal import Synchronization

/// Where the callers of one connection and its thread meet.
///
/// Callers enter at any time; the thread takes all who wait at once, so that whoever arrives during a round trip travels
/// together in the next one. Requests whose caller has left are not sent.
final class RequestQueue: Sendable {
    /// What a caller who entered must set in motion, because nobody else has yet.
    struct Chores {
        var serving: Bool
        var watching: Bool
    }

    private struct State {
        var availability = Availability()
        var waiting: [RedisRequest] = []
        var underWay: [RedisRequest] = []
        var isServed = false
        var isWatched = false
        var isClosed = false
        var hasConnected = false
        var statistics = RedisStatistics()

        mutating func takeWaiting() -> [RedisRequest] {
            defer { self.waiting.removeAll() }
            return self.waiting
        }
    }

    /// So that one round trip stays far below the command time-out, however many wait.
    private static let batchLimit = 1_024

    private let limit: Int
    private let watchInterval: Duration
    private let state = Mutex(State())

    init(limit: Int, watchInterval: Duration) {
        self.limit = limit
        self.watchInterval = watchInterval
    }

    var statistics: RedisStatistics {
        self.state.withLock { state in
            var statistics = state.statistics
            statistics.inFlight = state.waiting.count + state.underWay.count
            statistics.available = state.availability.isTrusted && !state.isClosed ? 1 : 0
            return statistics
        }
    }

    // MARK: The callers' side

    /// Lets a request in, or says why not.
    func enter(_ request: RedisRequest) throws(RedisError) -> Chores {
        try self.state.withLock { state throws(RedisError) in
            if state.isClosed { throw RedisError(.closed, "the client was closed") }
            if state.waiting.count >= self.limit { throw RedisError(.overloaded, "too many requests wait") }
            if let refusal = state.availability.refusal(at: .now) { throw refusal }
            let chores = Chores(serving: !state.isServed, watching: !state.isWatched)
            state.waiting.append(request)
            state.isServed = true
            state.isWatched = true
            return chores
        }
    }

    /// Dismisses callers at their deadlines until nobody waits.
    func watch() async throws {
        while let deadline = self.dismissOverdue() {
            // Also between deadlines, because a later request may have an earlier one: the second try of a script.
            try await Task.sleep(until: min(deadline, .now + self.watchInterval), clock: .continuous)
        }
    }

    /// Dismisses everybody whose deadline has passed.
    ///
    /// - Returns: The next deadline, or `nil` when nobody waits and the watch is over.
    private func dismissOverdue() -> ContinuousClock.Instant? {
        let now = ContinuousClock.now
        let (overdue, next) = self.state.withLock { state in
            let overdue = (state.underWay + state.waiting).filter { $0.deadline <= now && !$0.isResolved }
            state.waiting.removeAll { $0.deadline <= now || $0.isResolved }
            let next = (state.underWay + state.waiting).lazy.filter { $0.deadline > now }.map(\.deadline).min()
            state.isWatched = next != nil
            return (overdue, next)
        }
        self.fail(overdue, with: RedisError(.timedOut, "no answer within the budget"))
        return next
    }

    /// Refuses everybody from now on.
    func close() {
        let waiting = self.state.withLock { state in
            state.isClosed = true
            return state.takeWaiting()
        }
        self.fail(waiting, with: RedisError(.closed, "the client was closed"))
    }

    // MARK: The thread's side

    /// Takes the next requests, at least one; `nil` when nobody waits and the serving is over.
    func nextBatch() -> [RedisRequest]? {
        self.state.withLock { state in
            state.waiting.removeAll(where: \.isResolved)
            state.underWay = Array(state.waiting.prefix(Self.batchLimit))
            state.waiting.removeFirst(state.underWay.count)
            state.isServed = !state.underWay.isEmpty
            if state.isServed { return state.underWay }
            state.availability.didAbandonProbe(at: .now)
            return nil
        }
    }

    /// All requests of the batch have got their answer.
    func didAnswer(commands: Int, serverErrors: Int) {
        self.state.withLock { state in
            state.underWay.removeAll()
            state.statistics.roundTrips += 1
            state.statistics.commands += commands
            state.statistics.serverErrors += serverErrors
        }
    }

    /// The server has answered on a new connection.
    func didConnect() {
        self.state.withLock { state in
            state.availability.didConnect()
            if state.hasConnected { state.statistics.reconnects += 1 }
            state.hasConnected = true
        }
    }

    /// The connection broke under the batch; nobody is made to wait for the reconnect.
    func didBreak(_ error: RedisError) {
        self.failEverybody(with: error) { $0.didBreak(error) }
    }

    /// No connection could be opened.
    func didFailToConnect(_ error: RedisError) {
        self.failEverybody(with: error) { $0.didFailToConnect(error, at: .now) }
    }

    private func failEverybody(with error: RedisError, _ change: (inout Availability) -> Void) {
        let (sent, waiting) = self.state.withLock { state in
            change(&state.availability)
            defer { state.underWay.removeAll() }
            return (state.underWay, state.takeWaiting())
        }
        self.fail(sent, with: error)
        self.fail(waiting, with: error.causingUnavailability())
    }

    private func fail(_ requests: [RedisRequest], with error: RedisError) {
        let failed = requests.filter { $0.resolve(with: .failure(error)) }
        self.state.withLock { $0.statistics.failures += failed.count }
    }
}
