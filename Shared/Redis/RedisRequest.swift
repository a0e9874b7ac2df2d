internal import Synchronization

/// What one caller asks for, and the promise of an answer.
///
/// The answer may come from the connection's thread, from the watch over deadlines, or from the caller's cancellation, in any
/// order and before or after the caller waits. The first one counts.
final class RedisRequest: Sendable {
    private enum State {
        case unawaited
        case awaited(CheckedContinuation<[RedisReply], any Error>)
        case resolved(Result<[RedisReply], any Error>)
        case delivered
    }

    let commands: [RedisCommand]
    let deadline: ContinuousClock.Instant
    private let state = Mutex(State.unawaited)

    init(_ commands: [RedisCommand], deadline: ContinuousClock.Instant) {
        self.commands = commands
        self.deadline = deadline
    }

    /// Whether nobody waits for an answer any more.
    var isResolved: Bool {
        self.state.withLock { state in
            switch state {
            case .unawaited, .awaited: false
            case .resolved, .delivered: true
            }
        }
    }

    /// Waits for the answer; call it once.
    func replies() async throws -> [RedisReply] {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = self.state.withLock { state -> Result<[RedisReply], any Error>? in
                    if case .resolved(let result) = state {
                        state = .delivered
                        return result
                    }
                    state = .awaited(continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            self.resolve(with: .failure(CancellationError()))
        }
    }

    /// Gives the answer.
    ///
    /// - Returns: Whether it was the first one.
    @discardableResult
    func resolve(with result: Result<[RedisReply], any Error>) -> Bool {
        let (isFirst, continuation) = self.state.withLock { state in
            switch state {
            case .unawaited:
                state = .resolved(result)
                return (true, CheckedContinuation<[RedisReply], any Error>?.none)
            case .awaited(let continuation):
                state = .delivered
                return (true, continuation)
            case .resolved, .delivered:
                return (false, nil)
            }
        }
        continuation?.resume(with: result)
        return isFirst
    }
}
