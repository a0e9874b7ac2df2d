internal import BlockingIO
internal import NIOCore
internal import ServiceKit
internal import Synchronization

extension AccessLog {
    /// Writes on a thread of its own.
    actor Writer {
        /// More batches than this wait only if nobody takes what is written.
        private static let capacity = 100

        private let executor = ThreadExecutor(name: "access-log")
        private let sink: LogSink
        private let lost: Counter
        private let waiting = Atomic(0)

        nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

        init(sink: LogSink, lost: Counter) {
            self.sink = sink
            self.lost = lost
        }

        nonisolated func write(_ lines: ByteBuffer) {
            guard self.waiting.wrappingAdd(1, ordering: .relaxed).newValue <= Self.capacity else {
                self.waiting.wrappingSubtract(1, ordering: .relaxed)
                return self.lost.increment()
            }
            Task { await self.writeNow(lines) }
        }

        private func writeNow(_ lines: ByteBuffer) {
            self.sink.write(Array(lines.readableBytesView))
            self.waiting.wrappingSubtract(1, ordering: .relaxed)
        }
    }
}
