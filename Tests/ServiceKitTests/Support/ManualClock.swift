import FoundationEssentials
import Synchronization

/// A clock that only the test moves.
final class ManualClock: Sendable {
    private let offset = Mutex(0.0)
    private let start = Date()
    private let startInstant = ContinuousClock.now

    var date: Date { self.start.addingTimeInterval(self.offset.withLock { $0 }) }
    var instant: ContinuousClock.Instant { self.startInstant.advanced(by: .seconds(self.offset.withLock { $0 })) }

    func advance(by seconds: Double) {
        self.offset.withLock { $0 += seconds }
    }
}
