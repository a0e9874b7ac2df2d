public import Contracts
public import FoundationEssentials

/// What every service knows about a person.
///
/// Never a name: that is the user service's.
public struct Person: Equatable, Sendable {
    /// Whether a person may use the platform.
    public enum Status: String, Sendable {
        /// The person may.
        case active
        /// An administrator has blocked the person.
        case blocked
        /// The person was erased, and never will again.
        case erased
    }

    /// The identity.
    public let id: UUID
    /// What the person is.
    public let role: PersonRole
    /// Whether the person may use the platform.
    public let status: Status
    /// The language to address the person in.
    public let locale: Language
    /// The person's time zone.
    public let timeZone: TimeZoneID
}
