internal import Logging

/// The last answer of one check. Callers that come while it is asked wait for the same answer.
actor HealthCheckCache {
    private let name: String
    private let logger: Logger
    private let check: @Sendable () async throws -> Void
    private var answer: (isUp: Bool, at: ContinuousClock.Instant)?
    private var asking: Task<Bool, Never>?

    init(name: String, logger: Logger, _ check: @escaping @Sendable () async throws -> Void) {
        self.name = name
        self.logger = logger
        self.check = check
    }

    /// Whether the dependency works, or worked a moment ago.
    ///
    /// Answers soon, even when the check hangs.
    func isUp() async -> Bool {
        if let answer, ContinuousClock.now - answer.at < .seconds(1) { return answer.isUp }
        let asking = self.asking ?? self.ask()
        let isUp = await Self.first(of: asking, within: .milliseconds(150))
        // A check that is still running says nothing new; without any news the dependency counts as down.
        guard let isUp else { return false }
        return isUp
    }

    private func ask() -> Task<Bool, Never> {
        let asking = Task {
            do {
                try await self.check()
                self.answered(true)
                return true
            } catch {
                self.answered(false, error)
                return false
            }
        }
        self.asking = asking
        return asking
    }

    private func answered(_ isUp: Bool, _ error: (any Error)? = nil) {
        if self.answer?.isUp != isUp {
            self.logger.log(
                level: isUp ? .info : .warning,
                isUp ? "dependency works" : "dependency does not work",
                error: error,
                metadata: ["dependency": .string(self.name)]
            )
        }
        self.answer = (isUp, .now)
        self.asking = nil
    }

    /// What the task says, unless it takes too long.
    ///
    /// The task goes on: others may wait for it.
    private static func first(of task: Task<Bool, Never>, within limit: Duration) async -> Bool? {
        let (answers, continuation) = AsyncStream.makeStream(of: Bool?.self, bufferingPolicy: .bufferingOldest(1))
        let waiting = Task { continuation.yield(await task.value) }
        let timer = Task {
            try await Task.sleep(for: limit)
            continuation.yield(nil)
        }
        defer {
            waiting.cancel()
            timer.cancel()
        }
        for await answer in answers { return answer }
        return nil
    }
}
