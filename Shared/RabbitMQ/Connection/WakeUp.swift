#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A bell that `poll` hears: a pipe that any thread may write to and one thread waits for.
final class WakeUp: Sendable {
    /// What `poll` looks at.
    let descriptor: Int32
    private let writeDescriptor: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        let status = pipe(&ends)
        // pipe(2): EMFILE and ENFILE. A process without file descriptors can not serve.
        precondition(status == 0, "pipe failed with \(errno)")
        for end in ends {
            // Valid descriptors and commands: fcntl(2) knows no way for these to fail.
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        self.descriptor = ends[0]
        self.writeDescriptor = ends[1]
    }

    deinit {
        close(self.descriptor)
        close(self.writeDescriptor)
    }

    func ring() {
        var byte: UInt8 = 1
        // A full pipe (EAGAIN) has been rung already; nothing else can go wrong while both ends are open.
        _ = write(self.writeDescriptor, &byte, 1)
    }

    func silence() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(self.descriptor, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }

    /// Waits until the bell rings, or until `socket` is ready if there is one.
    ///
    /// - Parameter timeout: Rounded up to whole milliseconds, so that a deadline has passed when the wait ends.
    func wait(orSocket socket: Int32 = -1, forWriting: Bool = false, timeout: Duration) {
        let events = Int16(forWriting ? POLLIN | POLLOUT : POLLIN)
        // poll(2) ignores entries with a negative descriptor.
        var entries = (
            pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: events, revents: 0)
        )
        let milliseconds = Int32(clamping: Int64((timeout / .milliseconds(1)).rounded(.up)))
        withUnsafeMutableBytes(of: &entries) { bytes in
            // An interrupted or failed wait is a short one: every caller looks for itself what is due.
            _ = poll(bytes.assumingMemoryBound(to: pollfd.self).baseAddress, 2, max(0, milliseconds))
        }
        self.silence()
    }
}
