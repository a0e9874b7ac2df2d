public import EventSourcing
public import Postgres

/// A read model that follows the events of one aggregate, written in the transaction that appends them.
///
/// So whoever wrote reads his own writes, and the model is never behind. It must depend on nothing but the events and its
/// own tables: then it can be rebuilt from the log at any time, and rebuilt equals live.
public protocol Projection<Source>: Sendable {
    /// The aggregate it follows.
    associatedtype Source: Aggregate

    /// Names it, for `make rebuild`.
    static var name: String { get }
    /// The tables it writes; nobody else writes them. Constraints in them are not given names, so that a rebuilt copy has
    /// the same ones.
    static var tables: [String] { get }

    /// Takes in one event. Statements without an answer are queued (`enqueue`), so that they travel with the append.
    func project(_ recorded: Recorded<Source.Event>, into session: PostgresSession) throws
}

/// A projection whose aggregate is forgotten: what a service lists.
public struct AnyProjection: Sendable {
    /// Names it.
    public let name: String
    /// The tables it writes.
    public let tables: [String]
    /// The category of the streams that it follows.
    public let category: String

    private let replayed: @Sendable (RecordedEvent, (any PersonalDataCipher)?, PostgresSession) throws -> Void

    /// Wraps a projection.
    public init<P: Projection>(_ projection: P) {
        self.name = P.name
        self.tables = P.tables
        self.category = P.Source.category
        self.replayed = { recorded, cipher, session in
            let event = try P.Source.Event.codec.decode(recorded.event, cipher: cipher)
            try projection.project(Recorded(event, from: recorded), into: session)
        }
    }

    /// Takes in an event of the past.
    func replay(_ recorded: RecordedEvent, cipher: (any PersonalDataCipher)?, into session: PostgresSession) throws {
        try self.replayed(recorded, cipher, session)
    }
}
