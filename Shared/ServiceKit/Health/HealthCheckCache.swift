internal import Logging
internal import Postgres

/// The last answer of one check. Callers that come while it is asked wait for the same answer.
actor HealthCheckCache {
    private struct Answer {
        let isUp: Bool
        let at: ContinuousClock.Instant

        func isYounger(than age: Duration) -> Bool { .now - self.at < age }
    }

    private let name: String
    private let memory: Duration
    private let logger: Logger
    private let check: @Sendable () async throws -> Void
    private var answer: Answer?
    private var asking: Task<Void, Never>?

    /// - Parameter memory: How long an answer counts while no newer one can be had.
    init(
        name: String,
        memory: Duration = .seconds(10),
        logger: Logger,
        _ check: @escaping @Sendable () async throws -> Void
    ) {
        self.name = name
        self.memory = memory
        self.logger = logger
        self.check = check
    }

    /// Whether the dependency works, or worked a moment ago.
    ///
    /// Answers soon, even when the check hangs.
    func isUp() async -> Bool {
        if let answer, answer.isYounger(than: .seconds(1)) { return answer.isUp }
        await (self.asking ?? self.ask()).wait(upTo: .milliseconds(150))
        // A check that is still running, or did not get its turn, says nothing: under load everything is slow, and to be
        // taken out of service would make an outage of it. Without any news for long the dependency counts as down.
        guard let answer, answer.isYounger(than: self.memory) else { return false }
        return answer.isUp
    }

    private func ask() -> Task<Void, Never> {
        let asking = Task {
            do {
                try await self.check()
                self.answered(true)
            } catch let error as PostgresError where error.code == .poolExhausted {
                // All connections are busy, not broken.
            } catch {
                self.answered(false, error)
            }
            self.asking = nil
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
        self.answer = Answer(isUp: isUp, at: .now)
    }
}
