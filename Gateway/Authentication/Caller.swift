internal import ServiceKit

/// On whose behalf a request is made.
enum Caller {
    /// Nobody in particular; limits go by address.
    case anonymous
    /// Somebody with a valid token.
    case person(Person)
    /// Somebody whose token is no good: counted by address, then refused.
    case refused(Problem)
}
