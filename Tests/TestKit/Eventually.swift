/// A condition that did not become true in time.
public struct NeverHappened: Error, CustomStringConvertible {
    /// What was waited for, and where.
    public let description: String
}

/// Waits until a condition is true, for tests of what happens "soon".
///
/// - Parameters:
///   - limit: How long to wait at most.
///   - what: What is waited for, for the failure's text.
///   - fileID: The caller's file.
///   - line: The caller's line.
///   - isolation: The caller's actor.
///   - condition: Asked again and again; errors it throws are passed on at once.
/// - Throws: ``NeverHappened`` after `limit`, or what `condition` throws.
public func eventually(
    within limit: Duration = .seconds(10),
    _ what: String = "the condition",
    fileID: StaticString = #fileID,
    line: UInt = #line,
    isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    var pause = Duration.milliseconds(2)
    while true {
        if try await condition() { return }
        guard ContinuousClock.now < deadline else {
            throw NeverHappened(description: "\(what) did not become true within \(limit) (\(fileID):\(line))")
        }
        try await Task.sleep(for: pause)
        pause = min(pause * 2, .milliseconds(100))
    }
}
