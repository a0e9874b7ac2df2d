internal import EventSourcing

/// The publisher's side of a ``ReplayRequest``: what to send, as a value that is led through the log.
struct ReplayAnswer {
    private struct Place {
        let after: GlobalPosition
        let furthest: GlobalPosition?
        var missing: Int
    }

    private var places: [String: Place]

    /// - Parameter request: What is asked; positions that make no sense are taken for the beginning.
    init(to request: ReplayRequest) {
        self.places = request.wanted.mapValues { wanted in
            Place(
                after: GlobalPosition(wanted.after) ?? .start,
                furthest: wanted.furthest.flatMap(GlobalPosition.init(_:)),
                missing: -wanted.count
            )
        }
    }

    /// The part of the log that has to be counted; `nil` if there is none.
    var countedRange: (after: GlobalPosition, upTo: GlobalPosition)? {
        let counted = self.places.values.filter { $0.furthest != nil }
        guard let after = counted.map(\.after).min(), let upTo = counted.compactMap(\.furthest).max() else {
            return nil
        }
        return (after, upTo)
    }

    /// Counts events of that part.
    mutating func count(_ events: [IntegrationEvent]) {
        for event in events {
            guard let place = self.places[event.type], let furthest = place.furthest else { continue }
            if event.position > place.after, event.position <= furthest { self.places[event.type]?.missing += 1 }
        }
    }

    /// Where each type is to be sent from, once the counting is done.
    private func start(_ place: Place) -> GlobalPosition {
        place.missing == 0 ? place.furthest ?? place.after : place.after
    }

    /// The earliest place that anything is to be sent after.
    var start: GlobalPosition { self.places.values.map(self.start).min() ?? .start }

    /// Whether the asker may lack an event.
    func includes(_ event: IntegrationEvent) -> Bool {
        self.places[event.type].map { event.position > self.start($0) } ?? false
    }
}
