internal import NIOCore
internal import Redis

/// Decides, per event loop, whether a caller may ask now: by Redis, which all gateways share, or else by itself.
///
/// The questions of one turn of the loop travel to Redis together, as one call of one script. While Redis does not answer
/// nobody waits for it: the local limiter decides at once, and Redis is tried again a moment later.
final class RateLimiter {
    /// How long Redis is left alone after it has failed to answer.
    static let pause = TimeAmount.milliseconds(250)
    /// More calls than this under way, and the next questions are collected until one returns.
    private static let maximumCalls = 8

    private struct Waiting {
        let question: LimitQuestion
        let connection: ClientConnection
        let serial: UInt64
    }

    private let shared: SharedLimits
    private let eventLoop: any EventLoop
    private var waiting: [Waiting] = []
    private var isScheduled = false
    private var calls = 0
    private var localUntil = NIODeadline.uptimeNanoseconds(0)

    init(shared: SharedLimits, eventLoop: any EventLoop) {
        self.shared = shared
        self.eventLoop = eventLoop
    }

    /// Asks about one request.
    ///
    /// - Returns: The decision if it is known at once; else the connection is resumed with it.
    func decide(_ question: LimitQuestion, for connection: ClientConnection) -> LimitDecision? {
        guard self.shared.redis != nil, question.budget.limitClass.isShared, NIODeadline.now() >= self.localUntil else {
            return self.shared.decideLocally(question)
        }
        self.waiting.append(Waiting(question: question, connection: connection, serial: connection.serial))
        self.schedule()
        return nil
    }

    /// Waits for the end of this turn of the loop: whatever was read in it comes along.
    private func schedule() {
        guard !self.isScheduled, self.calls < Self.maximumCalls, !self.waiting.isEmpty else { return }
        self.isScheduled = true
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.eventLoop.execute { bound.value.ask() }
    }

    private func ask() {
        self.isScheduled = false
        guard let redis = self.shared.redis else { return }
        let batch = self.waiting
        self.waiting = []
        self.calls += 1
        let call = self.shared.call(batch.map(\.question))
        let bound = NIOLoopBound((limiter: self, batch: batch), eventLoop: self.eventLoop)
        Task { [eventLoop] in
            let verdicts: [GCRA.Verdict]?
            do {
                verdicts = call.verdicts(
                    of: try await redis.evaluate(LimitCall.script, keys: call.keys, arguments: call.arguments)
                )
            } catch {
                // Logged by the client when the server is lost and found; here the local limiter takes over.
                verdicts = nil
            }
            eventLoop.execute {
                let (limiter, batch) = bound.value
                limiter.answered(batch, verdicts)
            }
        }
    }

    private func answered(_ batch: [Waiting], _ verdicts: [GCRA.Verdict]?) {
        self.calls -= 1
        if let verdicts {
            let decisions = self.shared.decisions(about: batch.map(\.question), verdicts)
            for (waiting, decision) in zip(batch, decisions) {
                waiting.connection.resume(waiting.serial) { $0.limit = decision }
            }
        } else {
            self.localUntil = .now() + Self.pause
            let everybody = batch + self.waiting
            self.waiting = []
            for waiting in everybody {
                let decision = self.shared.decideLocally(waiting.question)
                waiting.connection.resume(waiting.serial) { $0.limit = decision }
            }
        }
        self.schedule()
    }
}
