internal import EventSourcing
internal import Foundation
internal import Logging
internal import Synchronization

/// Writes log lines on a thread of its own.
///
/// write(2) waits when nobody reads the other end, and whoever logs must not: a service whose log is stuck goes on, and
/// lines for which there is no room are counted in place of being written.
final class LogWriter: Sendable {
    /// The standard output of the process; what was logged is written before the process exits.
    static let standardOutput: LogWriter = {
        let writer = LogWriter(STDOUT_FILENO)
        atexit { LogWriter.standardOutput.flush(within: .seconds(1)) }
        return writer
    }()

    private struct State {
        var lines: [UInt8] = []
        /// Since the last look of the thread.
        var dropped = 0
        var allDropped = 0
        var flushes: [DispatchSemaphore] = []
    }

    private let capacity: Int
    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)

    /// Starts the thread, which lives as long as the process.
    ///
    /// - Parameter capacity: How many bytes may wait.
    init(_ descriptor: Int32, capacity: Int = 4 * 1024 * 1024) {
        self.capacity = capacity
        Thread.detachNewThread {
            // Signals are for the threads that wait for them.
            var all = sigset_t()
            sigfillset(&all)
            pthread_sigmask(SIG_SETMASK, &all, nil)
            while true { self.writeNext(to: descriptor) }
        }
    }

    /// How many lines there was no room for.
    var dropped: Int { self.state.withLock { $0.allDropped } }

    /// Takes finished lines.
    func write(_ lines: [UInt8]) {
        let isFirst = self.state.withLock { state in
            guard state.lines.count + lines.count <= self.capacity else {
                state.dropped += 1
                state.allDropped += 1
                return false
            }
            defer { state.lines += lines }
            return state.lines.isEmpty
        }
        if isFirst { self.work.signal() }
    }

    /// Waits until everything is written that was taken before, or the time is over.
    func flush(within limit: Duration) {
        let done = DispatchSemaphore(value: 0)
        self.state.withLock { $0.flushes.append(done) }
        self.work.signal()
        _ = done.wait(timeout: .now() + limit / .seconds(1))
    }

    private func writeNext(to descriptor: Int32) {
        self.work.wait()
        let taken = self.state.withLock { state in
            defer {
                state.lines = []
                state.dropped = 0
                state.flushes = []
            }
            return state
        }
        Self.write(taken.lines, to: descriptor)
        if taken.dropped > 0 { Self.write(Self.notice(taken.dropped), to: descriptor) }
        for done in taken.flushes { done.signal() }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
                let written = Foundation.write(descriptor, start, rest.count)
                if written > 0 {
                    rest = rest.dropFirst(written)
                } else if errno == EAGAIN {
                    // Whoever shares the descriptor has made it non-blocking.
                    var writable = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&writable, 1, -1)
                } else if errno != EINTR {
                    // A log that can not be written must not stop the service.
                    return
                }
            }
        }
    }

    /// Stands where lines are missing.
    private static func notice(_ dropped: Int) -> [UInt8] {
        var line = JSONLine()
        line.add("ts", RFC3339.string(Date()))
        line.add("level", "warning")
        line.add("message", "log lines dropped")
        line.add("count", .stringConvertible(dropped))
        return line.finish()
    }
}
