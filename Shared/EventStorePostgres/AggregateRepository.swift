public import EventSourcing
public import Foundation
internal import Postgres

/// Loads one kind of aggregate, lets it decide, records what it decided and keeps its read models up to date.
public struct AggregateRepository<A: Aggregate>: Sendable {
    private let projections: [@Sendable (Recorded<A.Event>, PostgresSession) throws -> Void]
    private let keys: PersonalKeys?
    private let snapshots: SnapshotPolicy<A>

    /// Describes how aggregates of this kind are kept.
    ///
    /// - Parameters:
    ///   - projections: The read models that follow it.
    ///   - keys: The keys of the personal data in its events, if they hold some: one for each stream, under its identity, be
    ///     it a person's or a lesson's.
    ///   - snapshots: How states are stored, so that long histories need not be read. Not together with `keys`: a stored
    ///     state would outlive what was erased.
    public init(
        projections: [any Projection<A>] = [],
        keys: PersonalKeys? = nil,
        snapshots: SnapshotPolicy<A> = .none
    ) {
        precondition(keys == nil || snapshots.isNone, "snapshots of \(A.category) would hold personal data")
        self.projections = projections.map { projection in
            { try projection.project($0, into: $1) }
        }
        self.keys = keys
        self.snapshots = snapshots
    }

    /// Reads the state of an aggregate; version 0 when nothing ever happened to it.
    public func load(_ id: UUID, in work: UnitOfWork) throws -> Versioned<A> {
        let stream = StreamName(category: A.category, id: id)
        if let known = work.identityMap.find(stream, as: A.self) { return known }
        let loaded = try self.read(stream, in: work)
        work.identityMap.keep(loaded, as: stream)
        return loaded
    }

    private func read(_ stream: StreamName, in work: UnitOfWork) throws -> Versioned<A> {
        var loaded = try self.snapshots.load(stream, work.session) ?? Versioned(A(), at: .empty)
        let events = try work.session.events(of: stream, after: loaded.version)
        guard !events.isEmpty else { return loaded }
        let cipher = try self.keys?.cipher(of: stream.id, in: work.session)
        for recorded in events {
            loaded.state.evolve(try A.Event.codec.decode(recorded.event, cipher: cipher))
            loaded.version = recorded.streamVersion
        }
        return loaded
    }

    /// Lets an aggregate decide a command and records the outcome.
    ///
    /// - Returns: Its state afterwards.
    /// - Throws: The aggregate's refusal.
    @discardableResult
    public func handle(_ command: A.Command, on id: UUID, in work: UnitOfWork) throws -> Versioned<A> {
        try self.handle(command, on: id, from: try self.load(id, in: work), in: work)
    }

    /// Lets an aggregate that was loaded in this transaction decide a command and records the outcome.
    ///
    /// - Returns: Its state afterwards.
    /// - Throws: The aggregate's refusal.
    @discardableResult
    public func handle(
        _ command: A.Command,
        on id: UUID,
        from loaded: Versioned<A>,
        in work: UnitOfWork
    ) throws -> Versioned<A> {
        try self.record(try loaded.state.decide(command), on: id, from: loaded, in: work)
    }

    /// Records what happened to an aggregate that was loaded in this transaction.
    private func record(
        _ events: [A.Event],
        on id: UUID,
        from loaded: Versioned<A>,
        in work: UnitOfWork
    ) throws -> Versioned<A> {
        guard !events.isEmpty else { return loaded }
        let stream = StreamName(category: A.category, id: id)
        let cipher = try self.keys?.cipher(
            of: id,
            creatingAt: loaded.version == .empty ? work.now : nil,
            in: work.session
        )
        var current = loaded
        var new: [NewEvent] = []
        var recorded: [Recorded<A.Event>] = []
        for event in events {
            let eventID = UUID.version7(at: work.now)
            current.state.evolve(event)
            current.version = current.version.advanced(by: 1)
            let payload = event.payload
            new.append(
                NewEvent(
                    id: eventID,
                    type: type(of: payload).type,
                    schemaVersion: type(of: payload).schemaVersion,
                    data: try payload.encoded(event: eventID, cipher: cipher),
                    metadata: work.metadata,
                    recordedAt: work.now
                )
            )
            recorded.append(
                Recorded(
                    event,
                    id: eventID,
                    stream: stream,
                    streamVersion: current.version,
                    recordedAt: work.now,
                    metadata: work.metadata
                )
            )
        }
        work.session.enqueueAppend(new, to: stream, at: loaded.version)
        for event in recorded {
            for project in self.projections { try project(event, work.session) }
        }
        try self.snapshots.store(stream, loaded.version, current, work.session)
        work.identityMap.keep(current, as: stream)
        return current
    }
}
