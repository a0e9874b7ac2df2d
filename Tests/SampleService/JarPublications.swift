public import EventSourcing
public import FoundationEssentials

/// What the sample service tells the others when marbles were added.
public struct MarblesAnnounced: PublicPayload {
    /// The wire name.
    public static let type = "jar.marbles_announced"
    /// The jar.
    public let jarID: UUID
    /// How many.
    public let count: Int

    /// States the fact.
    public init(jarID: UUID, count: Int) {
        self.jarID = jarID
        self.count = count
    }

    enum CodingKeys: String, CodingKey {
        case jarID = "jar_id"
        case count
    }
}

/// What the sample service tells the others when marbles were taken.
public struct MarblesWithdrawn: PublicPayload {
    /// The wire name.
    public static let type = "jar.marbles_withdrawn"
    /// The jar.
    public let jarID: UUID
    /// How many.
    public let count: Int

    /// States the fact.
    public init(jarID: UUID, count: Int) {
        self.jarID = jarID
        self.count = count
    }

    enum CodingKeys: String, CodingKey {
        case jarID = "jar_id"
        case count
    }
}

extension Publications {
    /// What a sample service publishes.
    public static func jars(source: String) -> Publications {
        Publications(source: source).adding(Jar.self) { recorded in
            switch recorded.event {
            case .marblesAdded(let added):
                [MarblesAnnounced(jarID: recorded.stream.id, count: added.count)]
            case .marblesTaken(let taken):
                [MarblesWithdrawn(jarID: recorded.stream.id, count: taken.count)]
            }
        }
    }
}
