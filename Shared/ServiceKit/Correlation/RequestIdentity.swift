public import EventSourcing
public import FoundationEssentials

/// Who asked for the work at hand, in which request, caused by what.
///
/// It travels with the task: ``Correlation/current`` is set by the HTTP server for every request. Log lines and outgoing
/// calls take it from there.
public struct RequestIdentity: Hashable, Sendable {
    /// The same in every service that the request reaches.
    public var correlationID: CorrelationID
    /// The event that caused the work, when an event did.
    public var causationID: UUID?
    /// The place in the trace.
    public var traceParent: TraceParent
    /// The person who asked; `nil` when the platform acts by itself, or does not know yet.
    public var actor: UUID?

    /// Describes a piece of work; what is not known starts anew.
    public init(
        correlationID: CorrelationID = CorrelationID(),
        causationID: UUID? = nil,
        traceParent: TraceParent = TraceParent(),
        actor: UUID? = nil
    ) {
        self.correlationID = correlationID
        self.causationID = causationID
        self.traceParent = traceParent
        self.actor = actor
    }

    /// What events that come of this work carry.
    public var metadata: EventMetadata {
        EventMetadata(
            correlationID: self.correlationID.description,
            causationID: self.causationID,
            actor: self.actor,
            traceParent: self.traceParent.description
        )
    }
}

/// The identity of the work that the current task does.
public enum Correlation {
    /// `nil` outside of a request.
    @TaskLocal public static var current: RequestIdentity?
}
