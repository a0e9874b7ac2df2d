public import EventSourcing

/// A jar of marbles: the aggregate of the tests.
public struct Jar: Aggregate, Equatable {
    /// What can be done with a jar.
    public enum Command: Sendable {
        /// Add marbles in several goes, each an event.
        case add([Int])
        /// Take marbles out.
        case take(Int)
    }

    /// Why it can not be done.
    public enum Refusal: Error, Equatable {
        /// There are not so many in it.
        case notEnough
    }

    /// The category of its streams.
    public static let category = "jar"

    /// How many marbles are in it.
    public private(set) var marbles = 0

    /// An empty jar.
    public init() {}

    /// Decides.
    public func decide(_ command: Command) throws(Refusal) -> [JarEvent] {
        switch command {
        case .add(let counts):
            return counts.map { .marblesAdded(MarblesAdded(count: $0)) }
        case .take(let count):
            guard count <= self.marbles else { throw .notEnough }
            return [.marblesTaken(MarblesTaken(count: count))]
        }
    }

    /// Takes in what happened.
    public mutating func evolve(_ event: JarEvent) {
        switch event {
        case .marblesAdded(let added): self.marbles += added.count
        case .marblesTaken(let taken): self.marbles -= taken.count
        }
    }
}

extension Jar: Snapshotting {
    /// The first form.
    public static let snapshotVersion = 1
}

/// What can happen to a jar.
public enum JarEvent: DomainEvent {
    /// Marbles were added.
    case marblesAdded(MarblesAdded)
    /// Marbles were taken out.
    case marblesTaken(MarblesTaken)

    /// How stored events become cases.
    public static let codec = EventCodec<JarEvent>()
        .adding(MarblesAdded.self, JarEvent.marblesAdded)
        .adding(MarblesTaken.self, JarEvent.marblesTaken)

    /// The payload of this case.
    public var payload: any EventPayload {
        switch self {
        case .marblesAdded(let payload): payload
        case .marblesTaken(let payload): payload
        }
    }
}

/// Marbles were added.
public struct MarblesAdded: EventPayload {
    /// The wire name.
    public static let type = "jar.marbles_added"
    /// How many.
    public let count: Int
}

/// Marbles were taken out.
public struct MarblesTaken: EventPayload {
    /// The wire name.
    public static let type = "jar.marbles_taken"
    /// How many.
    public let count: Int
}
