internal import EventSourcing

/// The publisher's side of a ``ReplayRequest``: a value that is led through the log and says what belongs to the answer.
struct ReplayAnswer {
    private let request: ReplayRequest
    private let places: [String: GlobalPosition]
    private var counts: [String: Int]

    /// - Parameter request: What is asked; places that make no sense are taken for the beginning.
    init(to request: ReplayRequest) {
        self.request = request
        self.places = request.wanted.mapValues { GlobalPosition($0) ?? .start }
        self.counts = request.wanted.mapValues { _ in 0 }
    }

    /// Where to begin reading.
    var start: GlobalPosition { self.places.values.min() ?? .start }

    /// How much belongs to the answer so far.
    var count: Int { self.counts.values.reduce(0, +) }

    /// Counts an event that belongs to the answer.
    ///
    /// - Returns: Whether it is to be sent.
    mutating func take(_ type: String, at position: GlobalPosition) -> Bool {
        guard let place = self.places[type], position > place else { return false }
        self.counts[type, default: 0] += 1
        return self.request.isForEvents
    }

    /// The end of the answer.
    func marker(upTo position: GlobalPosition, isComplete: Bool) -> ReplayMarker {
        ReplayMarker(
            request: self.request,
            published: self.counts.reduce(into: [:]) { published, count in
                let after = (self.places[count.key] ?? .start).description
                published[count.key] = .init(after: after, count: count.value)
            },
            upTo: position.description,
            isComplete: isComplete
        )
    }
}
