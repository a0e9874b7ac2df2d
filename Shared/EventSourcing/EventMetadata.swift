public import FoundationEssentials

/// Where an event comes from: who asked for it, in which request, caused by what.
public struct EventMetadata: Equatable, Sendable {
    /// Names the request that started it all; the same in every service that the request reaches.
    public var correlationID: String
    /// The event that caused this one, if an event did.
    public var causationID: UUID?
    /// The person who asked, or `nil` when the platform acted by itself.
    public var actor: UUID?
    /// The W3C trace context (`traceparent` header) of the request.
    public var traceParent: String?

    /// Describes an origin.
    public init(correlationID: String, causationID: UUID? = nil, actor: UUID? = nil, traceParent: String? = nil) {
        self.correlationID = correlationID
        self.causationID = causationID
        self.actor = actor
        self.traceParent = traceParent
    }
}
