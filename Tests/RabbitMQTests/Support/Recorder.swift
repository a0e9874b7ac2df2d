import RabbitMQ
import Synchronization

/// What a handler has seen.
actor Recorder {
    private(set) var batches: [[Delivery]] = []

    var deliveries: [Delivery] { self.batches.flatMap(\.self) }
    var ids: [String] { self.deliveries.map { $0.messageID ?? "" } }
    var count: Int { self.batches.reduce(0) { $0 + $1.count } }

    func record(_ batch: [Delivery]) {
        self.batches.append(batch)
    }

    /// A handler that records and is content.
    nonisolated var handler: RabbitMQConsumer.Handler {
        { batch in
            await self.record(batch)
            return batch.map { _ in .done }
        }
    }
}

/// Holds whoever comes until it is opened; a cancelled task passes.
final class Gate: Sendable {
    private let stream: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation
    private let opened = Atomic(false)

    init() {
        (self.stream, self.continuation) = AsyncStream.makeStream()
    }

    func open() {
        self.opened.store(true, ordering: .relaxed)
        self.continuation.finish()
    }

    func pass() async {
        for await _ in self.stream {}
    }

    var isOpen: Bool { self.opened.load(ordering: .relaxed) }
}
