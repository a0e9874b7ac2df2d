import Foundation
import Synchronization

/// Stands between client and server and holds replies back.
///
/// Every connection has two threads that copy bytes, one in each direction; they end with it.
final class FaultProxy: Sendable {
    private let listener: Socket
    private let target: Int
    private let replyDelay = Mutex(TimeInterval(0))

    init(target: Int) throws {
        self.listener = try Socket.listening()
        self.target = target
        Thread.detachNewThread { [self] in self.accept() }
    }

    var port: Int { self.listener.port }

    /// Replies that arrive from now on reach the client so many seconds later.
    func delayReplies(by seconds: TimeInterval) {
        self.replyDelay.withLock { $0 = seconds }
    }

    /// Ends the listening; connections end with their client.
    func stop() {
        shutdown(self.listener.descriptor, Int32(SHUT_RDWR))
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(self.listener.descriptor, nil, nil)
            guard descriptor >= 0 else { break }
            guard let server = try? Socket.connected(to: self.target) else {
                close(descriptor)
                continue
            }
            let client = Socket(descriptor: descriptor)
            Thread.detachNewThread { self.copy(from: client, to: server) { 0 } }
            Thread.detachNewThread { self.copy(from: server, to: client) { self.replyDelay.withLock { $0 } } }
        }
        close(self.listener.descriptor)
    }

    private func copy(from source: Socket, to sink: Socket, delay: () -> TimeInterval) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(source.descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            Thread.sleep(forTimeInterval: delay())
            guard send(sink.descriptor, buffer, count, Int32(MSG_NOSIGNAL)) == count else { break }
        }
        // Both directions end together; the descriptors are left to the end of the test process, since a number that is
        // closed here could be somebody else's when the other thread uses it.
        shutdown(source.descriptor, Int32(SHUT_RDWR))
        shutdown(sink.descriptor, Int32(SHUT_RDWR))
    }
}
