public import EventSourcing
public import Foundation
public import Postgres

/// One transaction in which facts are recorded: the session, the origin of what happens in it, and the time.
///
/// Lives inside ``EventLog/transaction(_:_:)`` and, because it may run again after a conflict, has no effect but on the
/// database.
public struct UnitOfWork {
    /// The connection, inside its transaction.
    public let session: PostgresSession
    /// Where the events of this transaction come from.
    public let metadata: EventMetadata
    /// The time of all that happens in it.
    public let now: Date
    /// What was loaded or recorded in it.
    let identityMap: IdentityMap

    init(session: PostgresSession, metadata: EventMetadata, now: Date, identityMap: IdentityMap = IdentityMap()) {
        self.session = session
        self.metadata = metadata
        self.now = now
        self.identityMap = identityMap
    }

    /// The same transaction with another origin, for effects of a received event.
    public func caused(by metadata: EventMetadata) -> UnitOfWork {
        UnitOfWork(session: self.session, metadata: metadata, now: self.now, identityMap: self.identityMap)
    }
}
