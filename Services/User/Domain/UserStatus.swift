/// Where a person's account stands.
enum UserStatus: String, Codable, Sendable {
    /// Created by a tutor; has not redeemed an access code yet.
    case invited
    /// Can use the platform.
    case active
    /// Can not, for now.
    case blocked
    /// Never will again.
    case erased
}
