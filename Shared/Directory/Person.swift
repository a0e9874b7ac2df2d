public import Contracts
public import FoundationEssentials

/// What every service knows about a person.
///
/// Never a name: that is the user service's.
public struct Person: Equatable, Sendable {
    /// What keeps a person from using the platform.
    public enum Status: String, Sendable {
        /// Nothing.
        case active
        /// An administrator.
        case blocked
        /// The person was erased.
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
    /// Where the person's clock hangs.
    public let timeZone: TimeZoneID
}
