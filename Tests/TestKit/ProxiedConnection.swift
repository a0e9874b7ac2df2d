internal import Foundation
internal import Synchronization

/// One connection through a ``FaultProxy``: two sockets and a thread for each direction.
final class ProxiedConnection: Sendable {
    private let client: Int32
    private let server: Int32
    private let fault: @Sendable () -> FaultProxy.Fault
    private let closed = Atomic(false)
    private let running = Atomic(2)

    init(client: Int32, server: Int32, fault: @escaping @Sendable () -> FaultProxy.Fault) {
        self.client = client
        self.server = server
        self.fault = fault
    }

    var isClosed: Bool { self.closed.load(ordering: .acquiring) }

    func start() {
        Thread.detachNewThread { self.pump(.toServer, from: self.client, to: self.server) }
        Thread.detachNewThread { self.pump(.fromServer, from: self.server, to: self.client) }
    }

    /// Both directions end soon; the last one resets the sockets.
    func close() {
        self.closed.store(true, ordering: .releasing)
    }

    private func pump(_ direction: FaultProxy.Direction, from source: Int32, to target: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var passed = 0
        var limit: FaultProxy.Fault?
        while !self.isClosed {
            guard isReadable(source, within: 5) else { continue }
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            var fault = self.fault()
            while fault == .blackhole, !self.isClosed {
                Thread.sleep(forTimeInterval: 0.005)
                fault = self.fault()
            }
            // A limit counts from the moment it was set.
            if fault != limit { (limit, passed) = (fault, 0) }
            guard self.pass(buffer[..<count], direction, to: target, fault, passed: passed) else { break }
            passed += count
        }
        self.close()
        self.finish()
    }

    private func pass(
        _ bytes: ArraySlice<UInt8>,
        _ direction: FaultProxy.Direction,
        to target: Int32,
        _ fault: FaultProxy.Fault,
        passed: Int
    ) -> Bool {
        switch fault {
        case .none, .refuse, .blackhole:
            return self.send(bytes, to: target)
        case .latency(let delay):
            Thread.sleep(forTimeInterval: delay / .seconds(1))
            return self.send(bytes, to: target)
        case .cut(direction, let pattern):
            guard let found = bytes.firstRange(of: pattern) else { return self.send(bytes, to: target) }
            _ = self.send(bytes[..<found.lowerBound], to: target)
            return false
        case .limit(direction, let limit) where passed + bytes.count > limit:
            _ = self.send(bytes.prefix(max(0, limit - passed)), to: target)
            return false
        case .cut, .limit:
            return self.send(bytes, to: target)
        }
    }

    private func send(_ bytes: ArraySlice<UInt8>, to target: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            var request = pollfd(fd: target, events: Int16(POLLOUT), revents: 0)
            if poll(&request, 1, 20) == 0 {
                if self.isClosed { return false }
                continue
            }
            let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
            let count = rest.withUnsafeBytes { Foundation.send(target, $0.baseAddress, $0.count, flags) }
            guard count >= 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Closes the sockets once neither direction uses them any more, with a reset instead of a farewell.
    private func finish() {
        guard self.running.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return }
        for socket in [self.client, self.server] {
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
            Foundation.close(socket)
        }
    }
}
