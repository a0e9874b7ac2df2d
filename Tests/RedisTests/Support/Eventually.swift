/// A condition that did not become true in time.
struct NeverHappened: Error {
    let place: String
}

/// Waits until a condition is true, for tests of what happens soon.
func eventually(
    within limit: Duration = .seconds(10),
    fileID: StaticString = #fileID,
    line: UInt = #line,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw NeverHappened(place: "\(fileID):\(line)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}
