/// A rule by which the broker configures its queues or exchanges.
public struct Policy<Definition: Codable & Sendable & Equatable>: Sendable, Equatable, Codable {
    /// What a policy is about.
    public enum Target: String, Sendable, Codable {
        /// Queues.
        case queues
        /// Exchanges.
        case exchanges
    }

    /// The name, unique in a virtual host.
    public var name: String
    /// The regular expression that the names of queues or exchanges must match.
    public var pattern: String
    /// What the policy is about.
    public var appliesTo: Target
    /// Of several policies that match, only the one with the highest priority holds.
    public var priority: Int
    /// What holds for those that match.
    public var definition: Definition

    /// Composes a rule.
    public init(name: String, pattern: String, appliesTo: Target, priority: Int = 0, definition: Definition) {
        self.name = name
        self.pattern = pattern
        self.appliesTo = appliesTo
        self.priority = priority
        self.definition = definition
    }

    enum CodingKeys: String, CodingKey {
        case name
        case pattern
        case appliesTo = "apply-to"
        case priority
        case definition
    }
}

/// What an exchange does with messages that no binding matches.
public struct ExchangePolicy: Sendable, Equatable, Codable {
    /// The exchange that takes them.
    public var alternateExchange: String?

    /// States where unroutable messages go.
    public init(alternateExchange: String? = nil) {
        self.alternateExchange = alternateExchange
    }

    enum CodingKeys: String, CodingKey {
        case alternateExchange = "alternate-exchange"
    }
}
