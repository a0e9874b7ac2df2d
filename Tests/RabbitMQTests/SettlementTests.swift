import Testing

@testable import RabbitMQ

@Suite("Verdicts on the wire")
struct SettlementTests {
    @Test func `a batch that is done takes one acknowledgement`() {
        #expect(Settlement.summary(of: [.done, .done, .done], for: [4, 5, 6]) == [.acknowledge(6, multiple: true)])
        #expect(Settlement.summary(of: [.done], for: [4]) == [.acknowledge(4, multiple: false)])
    }

    @Test func `a refused delivery splits the run`() {
        let verdicts: [Verdict] = [.done, .done, .deadLetter, .requeue, .done]
        #expect(
            Settlement.summary(of: verdicts, for: [1, 2, 3, 4, 5]) == [
                .acknowledge(2, multiple: true), .reject(3, requeue: false), .reject(4, requeue: true),
                .acknowledge(5, multiple: false),
            ]
        )
    }

    @Test func `a delivery without a verdict comes again`() {
        #expect(
            Settlement.summary(of: [.done], for: [1, 2]) == [
                .acknowledge(1, multiple: false), .reject(2, requeue: true),
            ]
        )
    }
}
