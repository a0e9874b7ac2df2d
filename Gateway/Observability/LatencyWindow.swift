internal import NIOCore
internal import Synchronization

/// How long the requests of the last minute took, as quantiles.
///
/// Counts by size in buckets that are a sixteenth wider each time, so a quantile is right to about 6 %, whatever the times
/// are, and no request is forgotten as in a sample. Two halves of a minute each, of which the older is thrown away.
final class LatencyWindow: Sendable {
    /// What is told of the recent past; times in seconds, zero when there were no requests.
    struct Summary: Equatable, Sendable {
        var count = 0
        var p50 = 0.0
        var p95 = 0.0
        var p99 = 0.0
    }

    static let half = TimeAmount.seconds(30)
    /// Up to 2²⁸ µs, more than four minutes; what takes longer counts as that.
    private static let bucketCount = 400

    private struct State {
        var current = [UInt32](repeating: 0, count: LatencyWindow.bucketCount)
        var previous = [UInt32](repeating: 0, count: LatencyWindow.bucketCount)
        var startedAt = NIODeadline.uptimeNanoseconds(0)
    }

    private let state = Mutex(State())

    func record(_ duration: TimeAmount, at now: NIODeadline) {
        let bucket = Self.bucket(of: duration.nanoseconds / 1000)
        self.state.withLock { state in
            Self.turn(&state, to: now)
            state.current[bucket] &+= 1
        }
    }

    func summary(at now: NIODeadline) -> Summary {
        let counts = self.state.withLock { state in
            Self.turn(&state, to: now)
            return zip(state.current, state.previous).map { Int($0) + Int($1) }
        }
        let total = counts.reduce(0, +)
        guard total > 0 else { return Summary() }
        return Summary(
            count: total,
            p50: Self.quantile(0.5, counts, total),
            p95: Self.quantile(0.95, counts, total),
            p99: Self.quantile(0.99, counts, total)
        )
    }

    private static func turn(_ state: inout State, to now: NIODeadline) {
        let age = now - state.startedAt
        guard age >= Self.half else { return }
        let empty = [UInt32](repeating: 0, count: Self.bucketCount)
        state.previous = age < Self.half * 2 ? state.current : empty
        state.current = empty
        state.startedAt = now
    }

    /// Sixteen buckets per doubling of the microseconds; below sixteen one each.
    private static func bucket(of microseconds: Int64) -> Int {
        guard microseconds >= 16 else { return Int(max(0, microseconds)) }
        let exponent = 63 - microseconds.leadingZeroBitCount
        let bucket = (exponent - 3) << 4 | Int(microseconds >> Int64(exponent - 4)) & 15
        return min(bucket, Self.bucketCount - 1)
    }

    /// The middle of the bucket in which the quantile lies, in seconds.
    private static func quantile(_ fraction: Double, _ counts: [Int], _ total: Int) -> Double {
        var rest = max(1, Int((Double(total) * fraction).rounded(.up)))
        for (bucket, count) in counts.enumerated() where count > 0 {
            rest -= count
            if rest <= 0 { return (Self.lowerBound(of: bucket) + Self.lowerBound(of: bucket + 1)) / 2 / 1_000_000 }
        }
        return 0
    }

    private static func lowerBound(of bucket: Int) -> Double {
        guard bucket >= 16 else { return Double(bucket) }
        return Double((16 + bucket & 15) << (bucket >> 4 - 1))
    }
}
