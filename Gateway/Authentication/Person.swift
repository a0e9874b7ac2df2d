internal import Contracts
internal import FoundationEssentials
internal import ServiceKit

/// Somebody whose token was verified.
final class Person: Sendable {
    let principal: Principal
    /// What the limiter counts by.
    let limitKey: String

    init(principal: Principal) {
        self.principal = principal
        self.limitKey = principal.id.uuidString.lowercased()
    }
}
