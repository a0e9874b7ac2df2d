import NIOCore

/// One request of the load, from the moment it is due to its last answer.
final class StoryShot {
    /// How long an answer may take.
    static let limit = TimeAmount.seconds(10)
    /// How much later the refusal of a request may come that nobody may repeat: the gateway looks at its time-outs now and
    /// then, and the machine is busy.
    static let slack = TimeAmount.seconds(2)
    /// How long a write may be told that it is under way already: until the database ends the transaction of a process that
    /// stands still.
    static let patience = TimeAmount.seconds(30)

    /// What an answer means.
    enum Verdict {
        case good
        /// Nobody may repeat it, and something was broken.
        case refused
        /// A write with a key that is under way already.
        case inUse
        case failure(String)
    }

    let question: StoryQuestion
    let bytes: ByteBuffer
    /// What happens while it is on its way; what breaks something is not forgotten.
    private(set) var chapter: StoryChapter
    let dueAt: NIODeadline
    /// Who wants to know what becomes of it.
    unowned let driver: StoryDriver
    /// When it was sent last.
    var sentAt: NIODeadline
    /// Where it is on its way.
    var connection: StoryConnection?
    /// Whether nobody waits for it any more.
    var isOver = false

    init(
        _ question: StoryQuestion,
        _ bytes: ByteBuffer,
        chapter: StoryChapter,
        dueAt: NIODeadline,
        driver: StoryDriver
    ) {
        self.question = question
        self.bytes = bytes
        self.chapter = chapter
        self.dueAt = dueAt
        self.driver = driver
        self.sentAt = dueAt
    }

    /// Something else happens now.
    func enter(_ chapter: StoryChapter) {
        if chapter.isBroken { self.chapter = chapter }
    }

    /// Whether it has been on its way for longer than anything may take.
    func isOverdue(at now: NIODeadline) -> Bool {
        now - self.sentAt > Self.limit + Self.slack || now - self.dueAt > Self.patience
    }

    func verdict(on answer: StoryAnswer, at now: NIODeadline) -> Verdict {
        let time = now - self.sentAt
        if self.question == .keyedPlan, answer.isInUse { return .inUse }
        if answer.status == self.question.status {
            return time <= Self.limit ? .good : .failure("was answered after \(time.seconds) s")
        }
        let isRefused = self.chapter.isBroken && !self.question.mayBeRepeated && answer.isProperRefusal
        if isRefused, time <= Self.limit + Self.slack { return .refused }
        return .failure("got \(answer.description) after \(time.seconds) s")
    }
}

extension TimeAmount {
    /// In seconds.
    var seconds: Double { Double(self.nanoseconds) / 1e9 }
}
