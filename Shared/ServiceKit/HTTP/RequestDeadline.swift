/// How long the caller of a service still waits: the header `X-Request-Timeout`, in milliseconds.
///
/// A duration and not a point in time: the clocks of two machines need not agree.
enum RequestDeadline {
    static let headerName = "X-Request-Timeout"

    /// When the time of the header is over; `nil` when there is no header, or it makes no sense.
    static func instant(_ header: String?, at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        // Nobody waits longer than a day: such a header was not written by the gateway.
        guard let header, let remaining = Int64(header), (0...86_400_000).contains(remaining) else { return nil }
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
