import Testing

/// Waits until the condition holds, and records an issue if it never does.
func eventually(
    _ what: String,
    within limit: Duration = .seconds(15),
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("not within \(limit): \(what)", sourceLocation: sourceLocation)
    throw NeverHappened(what: what)
}

struct NeverHappened: Error {
    let what: String
}
