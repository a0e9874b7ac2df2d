import Testing

@testable import RabbitMQ

@Suite("LQ-8 back-off")
struct BackoffTests {
    @Test func `waits double up to the limit, each between half and the whole`() {
        var backoff = Backoff(.milliseconds(500)...(.seconds(30)))
        for expected in [0.5, 1, 2, 4, 8, 16, 30, 30] {
            let delay = backoff.next() / .seconds(1)
            #expect(delay >= expected / 2 && delay <= expected)
        }
    }

    @Test func `starts small again after a reset`() {
        var backoff = Backoff(.seconds(1)...(.seconds(60)))
        for _ in 0..<5 { _ = backoff.next() }
        backoff.reset()
        #expect(backoff.next() <= .seconds(1))
    }
}
