import Synchronization
import TestKit
import Testing

/// Starts one platform for all tests of a suite, and stops it after the last.
///
/// Platforms take turns: two at once would measure the machine.
struct PlatformTrait: SuiteTrait, TestScoping {
    private static let isTaken = Atomic(false)

    /// Of whom it consists.
    let members: [Member]

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await eventually(within: .seconds(900), "the other platform is gone") {
            Self.isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
        }
        defer { Self.isTaken.store(false, ordering: .releasing) }
        try await Platform.with(self.members) { platform in
            try await Platform.$lent.withValue(platform) { try await function() }
        }
    }
}

extension Trait where Self == PlatformTrait {
    /// One platform for all tests of the suite.
    static var onePlatform: Self { Self(members: Member.usual) }

    /// One platform with two instances of each service behind three gateways, for all tests of the suite.
    static var oneFleet: Self { Self(members: Member.fleet) }
}

/// What happens to a started platform, one thing after the other.
///
/// Every test finds all processes ready, whatever the one before left behind.
@Suite(.serialized, .onePlatform)
struct PlatformTests {
    /// The suite's platform.
    let platform: Platform

    init() async throws {
        self.platform = try #require(Platform.lent)
        try await self.platform.recover()
    }
}
