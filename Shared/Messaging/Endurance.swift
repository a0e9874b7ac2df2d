internal import Logging
internal import ServiceLifecycle

/// Waits out that something is missing which everybody needs.
struct Endurance: Sendable {
    let policy: RetryPolicy
    let logger: Logger

    /// The service stops, and what is not done goes back to the queue.
    struct Stopping: Error {}

    /// Repeats for as long as there is an outage.
    ///
    /// - Throws: ``Stopping``, or what the work throws that is no outage.
    func outlast(_ work: () async throws -> Void) async throws {
        var attempt = 1
        while true {
            do {
                return try await work()
            } catch  where RetryPolicy.isOutage(error) {
                if !Task.isCancelled {
                    self.logger.warning("waiting out an outage", metadata: ["error": "\(RetryPolicy.reason(error))"])
                }
                try await self.pause(after: attempt)
                attempt += 1
            }
        }
    }

    /// Repeats until it is done, whatever fails, or the service stops: for what must be neither lost nor given back.
    ///
    /// - Parameter complaint: What the log says each time.
    func insist(_ complaint: Logger.Message, _ work: () async throws -> Void) async throws(Stopping) {
        var attempt = 1
        while true {
            do {
                return try await self.outlast(work)
            } catch let stopping as Stopping {
                throw stopping
            } catch {
                self.logger.error(complaint, metadata: ["error": "\(RetryPolicy.reason(error))"])
                try await self.pause(after: attempt)
                attempt += 1
            }
        }
    }

    /// Waits before the next attempt.
    func pause(after attempt: Int) async throws(Stopping) {
        do {
            let delay = self.policy.delay(attempt)
            try await cancelWhenGracefulShutdown { try await Task.sleep(for: delay) }
        } catch {
            throw Stopping()
        }
        if Task.isShuttingDownGracefully { throw Stopping() }
    }
}
