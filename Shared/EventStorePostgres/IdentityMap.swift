internal import EventSourcing

/// The aggregates that a transaction has met, each once: what was loaded or recorded in it need not be read again.
///
/// A batch of received events is often about few aggregates. Whoever else appends to one of them meanwhile is found out
/// by the append, as ever.
///
/// Named after the pattern (Fowler, Patterns of Enterprise Application Architecture).
final class IdentityMap {
    private var aggregates: [StreamName: any Sendable] = [:]

    /// The state that this transaction knows.
    func find<A: Aggregate>(_ stream: StreamName, as type: A.Type) -> Versioned<A>? {
        self.aggregates[stream] as? Versioned<A>
    }

    /// Remembers a state.
    func keep<A: Aggregate>(_ aggregate: Versioned<A>, as stream: StreamName) {
        self.aggregates[stream] = aggregate
    }
}
