/// How much the relay takes at a time, and when it looks again.
///
/// A queue that refuses one message may take the next: whoever sends many at once to a queue that is full gets them in
/// disorder. So after a refusal the relay sends one event at a time, and more only as they are taken.
struct RelayPace: Equatable {
    /// What to do before the next look.
    enum Step: Equatable {
        case now
        case whenCommitted(upTo: Duration)
        case later(Duration)
    }

    private let longestBatch: Int
    private let pauses: ClosedRange<Duration>
    private let longestDelay: Duration
    /// How many events to read.
    private(set) var batch: Int
    /// Whether the last pause ended with a commit.
    var wasWoken = false
    private var pause: Duration
    private var refusals = 0

    /// A pace that starts with a single event: whoever led before may have found a queue full.
    ///
    /// - Parameters:
    ///   - longestBatch: How many events to read while all goes well.
    ///   - pauses: How long to rest while nothing happens.
    ///   - longestDelay: How long to wait after a refusal; must leave time to renew the lease.
    init(longestBatch: Int, pauses: ClosedRange<Duration>, longestDelay: Duration) {
        self.longestBatch = longestBatch
        self.pauses = pauses
        self.longestDelay = longestDelay
        self.batch = 1
        self.pause = pauses.lowerBound
    }

    /// Draws the consequences of a look at the log.
    mutating func next(read: Int, published: Int) -> Step {
        if published < read {
            self.refusals += 1
            self.batch = 1
            return .later(min(RetryPolicy().delay(self.refusals), self.longestDelay))
        }
        guard read == 0 else {
            self.refusals = 0
            self.batch = min(self.batch * 2, self.longestBatch)
            self.pause = self.pauses.lowerBound
            return .now
        }
        if self.wasWoken { self.pause = self.pauses.lowerBound }
        defer { self.pause = min(self.pause * 2, self.pauses.upperBound) }
        return .whenCommitted(upTo: self.pause)
    }
}
