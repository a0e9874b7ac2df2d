import NIOCore
import TestKit

/// Sends the load: requests are due on a schedule, whatever becomes of those before them.
///
/// Lives on one event loop.
final class StoryDriver {
    /// Within so much time after it was sent a request may meet the end of a connection that was idle before.
    private static let endTime = TimeAmount.seconds(1)

    /// What happens at the time.
    var chapter = StoryChapter(title: "calm", isBroken: false) {
        didSet { for shot in self.underWay.values { shot.enter(self.chapter) } }
    }
    private let eventLoop: any EventLoop
    private let clients: StoryClients
    private let visitors: [StoryVisitor]
    private let rate: Int
    private let tally: StoryTally
    private let deck: [StoryQuestion]
    /// How many writes with a key each of the visitors has made.
    private var numbers: [Int]
    private var underWay: [ObjectIdentifier: StoryShot] = [:]
    private var startedAt = NIODeadline.now()
    private var due = 0
    private var tasks: [RepeatedTask] = []

    /// - Parameters:
    ///   - visitors: Who asks.
    ///   - rate: How many requests are due in a second.
    init(
        on eventLoop: any EventLoop,
        clients: StoryClients,
        visitors: [StoryVisitor],
        rate: Int,
        tally: StoryTally
    ) {
        var random = SeededGenerator(seed: 1)
        self.eventLoop = eventLoop
        self.clients = clients
        self.visitors = visitors
        self.rate = rate
        self.tally = tally
        self.deck = StoryQuestion.deck(&random)
        self.numbers = [Int](repeating: 0, count: visitors.count)
    }

    func start() {
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.startedAt = .now()
        self.tasks = [
            self.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(5)) { _ in
                bound.value.sendWhatIsDue()
            },
            self.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(200)) { _ in
                bound.value.sweep()
            },
        ]
    }

    /// Sends no more; what is under way is waited for.
    func stopSending() {
        self.tasks.removeFirst().cancel()
    }

    /// Sends so many requests at once to one gateway.
    func burst(_ question: StoryQuestion, count: Int, to gateway: Int) {
        for _ in 0..<count {
            if let shot = self.shot(question, dueAt: .now()) { self.clients.send(shot, to: gateway) }
        }
    }

    private func sendWhatIsDue() {
        let now = NIODeadline.now()
        let count = Int((now - self.startedAt).nanoseconds * Int64(self.rate) / 1_000_000_000)
        while self.due < count {
            let dueAt = self.startedAt + .nanoseconds(Int64(self.due) * 1_000_000_000 / Int64(self.rate))
            let shot = self.shot(self.deck[self.due % self.deck.count], dueAt: dueAt)
            self.due += 1
            self.tally.note { $0.longestDelay = max($0.longestDelay, (now - dueAt).seconds) }
            if let shot { self.clients.place(shot) }
        }
        self.clients.serve()
    }

    private func shot(_ question: StoryQuestion, dueAt: NIODeadline) -> StoryShot? {
        // Not in step with the deck.
        let visitor = (self.due + self.due / self.deck.count) % self.visitors.count
        let number = self.numbers[visitor]
        if question == .keyedPlan { self.numbers[visitor] += 1 }
        guard let bytes = try? self.visitors[visitor].bytes(for: question, number: number) else { return nil }
        let shot = StoryShot(question, bytes, chapter: self.chapter, dueAt: dueAt, driver: self)
        self.underWay[ObjectIdentifier(shot)] = shot
        self.tally.note { figures in
            figures.sent += 1
            figures.underWay += 1
        }
        return shot
    }

    private func sweep() {
        let now = NIODeadline.now()
        for shot in self.underWay.values where shot.isOverdue(at: now) {
            shot.connection?.close()
            self.finish(shot) { $0.fail(shot, "got no answer within \((now - shot.dueAt).seconds) s") }
        }
        self.clients.closeOld(at: now)
    }

    // MARK: What becomes of them

    func answered(_ shot: StoryShot, _ answer: StoryAnswer, by gateway: Int) {
        let now = NIODeadline.now()
        self.tally.note { $0.count(shot, answer, by: gateway) }
        switch shot.verdict(on: answer, at: now) {
        case .good:
            self.finish(shot) { $0.count(goodAnswerAfter: now - shot.dueAt) }
        case .refused:
            self.finish(shot) { $0.longestRefusal = max($0.longestRefusal, (now - shot.sentAt).seconds) }
        case .inUse:
            self.tally.note { $0.inUse += 1 }
            self.clients.place(shot, in: .milliseconds(200))
        case .failure(let what):
            self.finish(shot) { $0.fail(shot, what) }
        }
    }

    /// The request has failed.
    func broke(_ shot: StoryShot, _ what: String) {
        self.finish(shot) { $0.fail(shot, what) }
    }

    /// The connection, which had been idle, ended, and not a byte of an answer came.
    ///
    /// So the gateway had closed it when the request was sent: whoever may sends it again (RFC 9112 section 9.3.1).
    func metEnd(_ shot: StoryShot) {
        guard shot.question.mayBeRepeated, .now() - shot.sentAt < Self.endTime else {
            return self.broke(shot, "got no answer, but the end of the connection")
        }
        self.tally.note { $0.resent += 1 }
        self.clients.place(shot)
    }

    private func finish(_ shot: StoryShot, _ note: (inout StoryTally.Figures) -> Void) {
        guard self.underWay.removeValue(forKey: ObjectIdentifier(shot)) != nil else { return }
        shot.isOver = true
        self.tally.note { figures in
            figures.underWay -= 1
            note(&figures)
        }
    }
}
