internal import FoundationEssentials

/// An access code that waits to be redeemed.
struct AccessGrant: Equatable, Sendable {
    /// How long a code can be redeemed: two weeks.
    static let lifetime: TimeInterval = 14 * 24 * 60 * 60
    /// How often it may be mistyped.
    static let tries = 5

    /// Of the half that proves the right.
    let proofHash: SecretHash
    /// When it ends.
    let expiresAt: Date
    /// How often it may still be mistyped.
    var triesLeft = AccessGrant.tries
}
