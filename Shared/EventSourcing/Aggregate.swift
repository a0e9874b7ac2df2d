/// Something that takes decisions: it turns commands into events, by rules that see only its own past.
///
/// Pure and synchronous. The time comes in the command, identities too; there is no clock, no I/O, no chance.
public protocol Aggregate: Sendable {
    /// What it can be asked to do.
    associatedtype Command: Sendable
    /// What can happen to it.
    associatedtype Event: DomainEvent
    /// Why it may refuse.
    associatedtype Refusal: Error

    /// The category of its streams: a constant of the wire format.
    static var category: String { get }

    /// The state before anything happened.
    init()

    /// Decides what a command leads to; no events when it changes nothing.
    func decide(_ command: Command) throws(Refusal) -> [Event]

    /// Takes in what happened. It can not refuse: the past is the past.
    mutating func evolve(_ event: Event)
}

extension Aggregate {
    /// The state after a history.
    public init(from history: some Sequence<Event>) {
        self.init()
        for event in history { self.evolve(event) }
    }
}

/// An aggregate whose state can be stored, so that a long history need not be read from its beginning.
public protocol Snapshotting: Aggregate, Codable {
    /// Rises whenever the stored form or the rules behind it change; snapshots of other versions are ignored.
    static var snapshotVersion: Int { get }
}

/// The state of an aggregate and the version of the stream that it was read from.
public struct Versioned<State: Sendable>: Sendable {
    /// The state.
    public var state: State
    /// How many events led to it.
    public var version: StreamVersion

    /// Pairs a state with its version.
    public init(_ state: State, at version: StreamVersion) {
        self.state = state
        self.version = version
    }
}
