import NIOCore
import Testing

@testable import Gateway

@Suite("Quantiles of the last minute")
struct LatencyWindowTests {
    private func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(1000 + seconds) }

    @Test("They are right to about six percent, from microseconds to minutes")
    func precision() {
        for unit in [10, 1000, 1_000_000] as [Int64] {
            let window = LatencyWindow()
            for number in 1...1000 as ClosedRange<Int64> { window.record(.microseconds(number * unit), at: self.at(0)) }
            let summary = window.summary(at: self.at(1))
            let scale = Double(unit) / 1_000_000
            #expect(summary.count == 1000)
            // Whatever takes longer counts as four and a half minutes.
            let limit = 264.0
            for (found, exact) in [(summary.p50, 500.0), (summary.p95, 950), (summary.p99, 990)] {
                let expected = min(exact * scale, limit)
                #expect(abs(found - expected) <= expected * 0.07, "\(found) for \(expected)")
            }
        }
    }

    @Test("What is older than a minute is forgotten, half by half; of nothing nothing is told")
    func forgets() {
        let window = LatencyWindow()
        #expect(window.summary(at: self.at(0)) == LatencyWindow.Summary())
        window.record(.milliseconds(10), at: self.at(0))
        window.record(.milliseconds(20), at: self.at(35))
        #expect(window.summary(at: self.at(36)).count == 2)
        #expect(window.summary(at: self.at(66)).count == 1)
        #expect(window.summary(at: self.at(200)).count == 0)
    }
}
