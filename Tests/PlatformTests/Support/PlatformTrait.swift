import Testing

/// Starts one platform for all tests of a suite, and stops it after the last.
struct PlatformTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await Platform.with { platform in
            try await Platform.$lent.withValue(platform) { try await function() }
        }
    }
}

extension Trait where Self == PlatformTrait {
    /// One platform for all tests of the suite.
    static var onePlatform: Self { Self() }
}

/// What happens to a started platform, one thing after the other.
///
/// Every test finds all processes ready and leaves them so.
@Suite(.serialized, .onePlatform)
struct PlatformTests {
    /// The suite's platform.
    let platform: Platform

    init() throws {
        self.platform = try #require(Platform.lent)
    }
}
