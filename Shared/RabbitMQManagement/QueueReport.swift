/// What the broker says about a queue.
public struct QueueReport: Sendable, Equatable, Decodable {
    /// The name.
    public let name: String
    /// How it stores: `quorum` or `classic`.
    public let type: String
    /// How many messages wait in it.
    ///
    /// Counters lag by up to five seconds.
    public let ready: Int
    /// How many messages are with consumers.
    public let unacknowledged: Int
    /// How many consumers it has.
    public let consumers: Int
    /// The name of the policy that holds for it.
    public let policyName: String?
    /// What that policy says.
    public let policy: QueuePolicy

    enum CodingKeys: String, CodingKey {
        case name
        case type
        case ready = "messages_ready"
        case unacknowledged = "messages_unacknowledged"
        case consumers
        case policyName = "policy"
        case policy = "effective_policy_definition"
    }

    /// Reads the answer of the management API, in which a new queue has no counters yet.
    ///
    /// - Parameter decoder: The decoder.
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.name = try container.decode(String.self, forKey: .name)
        self.type = try container.decode(String.self, forKey: .type)
        self.ready = try container.decodeIfPresent(Int.self, forKey: .ready) ?? 0
        self.unacknowledged = try container.decodeIfPresent(Int.self, forKey: .unacknowledged) ?? 0
        self.consumers = try container.decodeIfPresent(Int.self, forKey: .consumers) ?? 0
        self.policyName = try container.decodeIfPresent(String.self, forKey: .policyName)
        self.policy = try container.decodeIfPresent(QueuePolicy.self, forKey: .policy) ?? QueuePolicy()
    }
}

/// A resource that a node has run out of.
///
/// While there is one, nobody can publish.
public struct ResourceAlarm: Sendable, Equatable, Decodable {
    /// The node.
    public let node: String
    /// `memory` or `disk`.
    public let resource: String
}
