public import FoundationEssentials
internal import Synchronization

/// A clock that only the test moves.
public final class ManualClock: Sendable {
    private let offset = Mutex(0.0)
    private let start: Date
    private let startInstant = ContinuousClock.now

    /// A clock that stands still.
    ///
    /// - Parameter start: Where it stands, to the second: that is what tokens and cursors keep.
    public init(at start: Date = Date()) {
        self.start = Date(timeIntervalSince1970: start.timeIntervalSince1970.rounded(.down))
    }

    /// What it shows.
    public var date: Date { self.start.addingTimeInterval(self.offset.withLock { $0 }) }

    /// The same for code that measures durations.
    public var instant: ContinuousClock.Instant {
        self.startInstant.advanced(by: .seconds(self.offset.withLock { $0 }))
    }

    /// Moves it.
    ///
    /// - Parameter seconds: How far.
    public func advance(by seconds: Double) {
        self.offset.withLock { $0 += seconds }
    }
}
