/// One call of `publish`: its messages, what is known about each, and the caller who waits.
///
/// Not `Sendable`: it lives on the connection's thread.
final class Submission {
    let id: UInt64
    let messages: [OutboundMessage]
    let deadline: ContinuousClock.Instant
    private var continuation: CheckedContinuation<[PublishOutcome], any Error>?
    private var outcomes: [PublishOutcome?]
    private var openCount: Int
    /// How many messages have been written.
    private(set) var sentCount = 0

    init(_ request: PublishRequest) {
        self.id = request.id
        self.messages = request.messages
        self.deadline = request.deadline
        self.continuation = request.continuation
        self.outcomes = Array(repeating: nil, count: request.messages.count)
        self.openCount = request.messages.count
    }

    /// Whether nobody waits any more.
    var isAnswered: Bool { self.continuation == nil }
    /// Whether every message has been written.
    var isSent: Bool { self.sentCount == self.messages.count }

    /// The index of the next message to write.
    func takeNext() -> Int {
        defer { self.sentCount += 1 }
        return self.sentCount
    }

    func isReturned(_ index: Int) -> Bool { self.outcomes[index] != nil }

    /// The broker sent a message back.
    ///
    /// Its confirm is still to come and settles it.
    func noteReturn(of index: Int, as outcome: PublishOutcome) {
        self.outcomes[index] = outcome
    }

    /// The broker confirmed a message, or refused it; a return that came before weighs more.
    func settle(_ index: Int, as outcome: PublishOutcome) {
        self.outcomes[index] = self.outcomes[index] ?? outcome
        self.openCount -= 1
        guard self.openCount == 0 else { return }
        self.continuation?.resume(returning: self.outcomes.compactMap(\.self))
        self.continuation = nil
    }

    func fail(_ error: any Error) {
        self.continuation?.resume(throwing: error)
        self.continuation = nil
    }
}

/// A call of `publish` on its way to the connection's thread.
struct PublishRequest: Sendable {
    let id: UInt64
    let messages: [OutboundMessage]
    let deadline: ContinuousClock.Instant
    let continuation: CheckedContinuation<[PublishOutcome], any Error>
}
