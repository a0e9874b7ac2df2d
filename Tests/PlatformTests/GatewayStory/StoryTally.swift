import NIOCore
import Synchronization

/// What became of the requests.
final class StoryTally: Sendable {
    struct Figures: Sendable {
        var sent = 0
        var underWay = 0
        /// By what was asked and what was answered.
        var answers: [StoryQuestion: [Int: Int]] = [:]
        var failures = 0
        /// The first of them, in words.
        var findings: [String] = []
        var good = 0
        /// How long good answers took, in milliseconds.
        var times = [Int](repeating: 0, count: 12_001)
        /// The longest that a refusal took, in seconds.
        var longestRefusal = 0.0
        /// How far the clients were behind their schedule at most, in seconds.
        var longestDelay = 0.0
        /// By gateway.
        var served: [Int: Int] = [:]
        var connections = 0
        /// Connections that a gateway closed after it had said so.
        var announcedEnds = 0
        /// Connections that a gateway closed while nothing was under way.
        var idleEnds = 0
        /// Requests that met such an end, and were sent again.
        var resent = 0
        /// Answers that an earlier request with the same key is under way.
        var inUse = 0
        /// Connections that no gateway took.
        var unopened = 0

        /// The time within which this share of the good answers came, in milliseconds.
        func time(of share: Double) -> Int {
            var rest = Int((Double(self.good) * share).rounded(.up))
            for (time, count) in self.times.enumerated() {
                rest -= count
                if rest <= 0 { return time }
            }
            return self.times.count
        }
    }

    private let state = Mutex(Figures())

    var figures: Figures { self.state.withLock { $0 } }

    func note(_ change: (inout Figures) -> Void) {
        self.state.withLock { change(&$0) }
    }
}

extension StoryTally.Figures {
    mutating func count(_ shot: StoryShot, _ answer: StoryAnswer, by gateway: Int) {
        self.answers[shot.question, default: [:]][answer.status, default: 0] += 1
        self.served[gateway, default: 0] += 1
    }

    mutating func count(goodAnswerAfter time: TimeAmount) {
        self.good += 1
        self.times[min(self.times.count - 1, Int(time.nanoseconds / 1_000_000))] += 1
    }

    mutating func fail(_ shot: StoryShot, _ what: String) {
        self.failures += 1
        guard self.findings.count < 20 else { return }
        self.findings.append("\(shot.chapter.title): \(shot.question.rawValue) \(what)")
    }

    /// All of it in one line.
    var summary: String {
        let answers = StoryQuestion.allCases.compactMap { question in
            self.answers[question].map { counts in
                let text = counts.sorted { $0.key < $1.key }.map { "\($0.key)×\($0.value)" }.joined(separator: " ")
                return "\(question.rawValue): \(text)"
            }
        }
        let times = [0.5, 0.95, 0.99, 0.999, 1].map { "\(self.time(of: $0))" }.joined(separator: "/")
        let served = self.served.sorted { $0.key < $1.key }.map { "\($0.value)" }.joined(separator: "+")
        return """
            \(self.sent) sent, \(self.failures) failed; \(answers.joined(separator: ", ")); good answers in \(times) ms \
            (p50/95/99/99.9/100), refusals in \(self.longestRefusal) s at most; \(served) by gateway; \
            \(self.connections) connections, \(self.announcedEnds) ended as announced, \(self.idleEnds) while idle; \
            \(self.resent) sent again on another one, \(self.inUse) answers that the key is in use, \
            \(self.unopened) connections not taken; \(self.longestDelay) s behind the schedule at most
            """
    }
}
