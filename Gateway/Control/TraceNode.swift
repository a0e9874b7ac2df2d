/// An event with those that it caused.
struct TraceNode: Encodable, Equatable {
    let event: TraceEvent
    let children: [TraceNode]

    private enum CodingKeys: String, CodingKey {
        case children
    }

    func encode(to encoder: any Encoder) throws {
        try self.event.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.children, forKey: .children)
    }

    /// Puts every event below its cause; what has no cause among the events is a root.
    ///
    /// Siblings by time.
    ///
    /// An event that two services know is taken once. Causes that run in a circle can only come of a forged history;
    /// their events are told as roots without children, so that none is lost and the answer ends.
    static func forest(of events: [TraceEvent]) -> [TraceNode] {
        var known: [String: TraceEvent] = [:]
        for event in events where known[event.id] == nil { known[event.id] = event }
        let sorted = known.values.sorted { ($0.occurredAt ?? "", $0.id) < ($1.occurredAt ?? "", $1.id) }
        var children: [String: [TraceEvent]] = [:]
        var roots: [TraceEvent] = []
        for event in sorted {
            if let cause = event.causationId, cause != event.id, known[cause] != nil {
                children[cause, default: []].append(event)
            } else {
                roots.append(event)
            }
        }
        var placed: Set<String> = []
        let forest = roots.map { Self.node($0, children, &placed) }
        return forest + sorted.filter { !placed.contains($0.id) }.map { TraceNode(event: $0, children: []) }
    }

    private static func node(
        _ event: TraceEvent,
        _ children: [String: [TraceEvent]],
        _ placed: inout Set<String>
    ) -> TraceNode {
        placed.insert(event.id)
        return TraceNode(event: event, children: (children[event.id] ?? []).map { Self.node($0, children, &placed) })
    }
}
