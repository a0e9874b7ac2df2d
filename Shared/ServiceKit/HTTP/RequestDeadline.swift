internal import FoundationEssentials

/// When the caller of a service stops waiting: the header `X-Request-Deadline`, in milliseconds since 1970.
enum RequestDeadline {
    static let headerName = "X-Request-Deadline"

    /// The point in time that the header names; `nil` when there is no header, or it makes no sense.
    static func instant(_ header: String?, at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard let header, let deadline = Int64(header), deadline > 0 else { return nil }
        let remaining = Double(deadline) - Date().timeIntervalSince1970 * 1000
        // Nobody waits longer than a day: such a header was not written by the gateway.
        guard remaining < 86_400_000 else { return nil }
        return now.advanced(by: .milliseconds(remaining))
    }

    /// Runs `body`, but not beyond the deadline: then it is cancelled.
    ///
    /// - Throws: A 503 ``Problem`` when the time is over.
    static func enforce<Value: Sendable>(
        _ deadline: ContinuousClock.Instant?,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let deadline else { return try await body() }
        guard deadline > .now else { throw Self.passed }
        return try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(operation: body)
            group.addTask {
                try await Task.sleep(until: deadline, clock: .continuous)
                throw Self.passed
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    private static var passed: Problem { .unavailable("The time that the caller allows is over.") }
}
