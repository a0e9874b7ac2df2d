internal import Foundation
internal import Synchronization

/// A TCP proxy on this machine that misbehaves on request, between a client under test and a real server.
///
/// ```swift
/// let proxy = try FaultProxy(to: 5432)
/// proxy.fault = .cut(.fromServer, before: Array("COMMIT".utf8))
/// ```
public final class FaultProxy: Sendable {
    /// Which way bytes travel.
    public enum Direction: Sendable {
        /// From the client to the server.
        case toServer
        /// From the server to the client.
        case fromServer
    }

    /// What the proxy does to the bytes that pass.
    public enum Fault: Sendable, Equatable {
        /// Nothing: it forwards.
        case none
        /// Every piece waits for this long.
        case latency(Duration)
        /// Nothing passes, connections stay open; when the fault is lifted, what was held goes on.
        case blackhole
        /// New connections are closed at once; existing ones go on.
        case refuse
        /// A connection is reset as soon as these bytes are to pass this way; what precedes them passes.
        case cut(Direction, before: [UInt8])
        /// A connection is reset after this many more bytes have passed this way.
        case limit(Direction, bytes: Int)
    }

    /// The port to connect to, on 127.0.0.1.
    public let port: Int

    private struct State {
        var fault = Fault.none
        var connections: [ProxiedConnection] = []
        var accepted = 0
        var isStopped = false
    }

    private let serverPort: Int
    private let state = Mutex(State())

    /// Starts a proxy.
    ///
    /// - Parameter serverPort: The server's port on 127.0.0.1.
    /// - Throws: When no port can be opened.
    public init(to serverPort: Int) throws {
        let (listener, port) = try listenLocally()
        self.serverPort = serverPort
        self.port = port
        Thread.detachNewThread { [weak self] in
            defer { close(listener) }
            // Looks up now and then whether there still is a proxy to accept for.
            while let proxy = self, !proxy.isStopped {
                if isReadable(listener, within: 20) { proxy.take(accept(listener, nil, nil)) }
            }
        }
    }

    deinit {
        self.stop()
    }

    /// What the proxy does from now on, to existing and new connections.
    public var fault: Fault {
        get { self.state.withLock { $0.fault } }
        set { self.state.withLock { $0.fault = newValue } }
    }

    /// How many connections were accepted so far.
    public var accepted: Int { self.state.withLock { $0.accepted } }

    /// How many connections are open.
    public var open: Int {
        self.state.withLock { state in
            state.connections.removeAll { $0.isClosed }
            return state.connections.count
        }
    }

    /// Resets all open connections.
    public func cut() {
        let connections = self.state.withLock { $0.connections }
        for connection in connections { connection.close() }
    }

    /// Resets all connections and accepts no more.
    public func stop() {
        self.state.withLock { $0.isStopped = true }
        self.cut()
    }

    private var isStopped: Bool { self.state.withLock { $0.isStopped } }

    private func take(_ client: Int32) {
        guard client >= 0 else { return }
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        let isRefused = self.state.withLock { state in
            state.accepted += 1
            return state.fault == .refuse
        }
        guard !isRefused, let server = try? connectLocally(port: self.serverPort) else {
            close(client)
            return
        }
        let connection = ProxiedConnection(client: client, server: server) { [weak self] in self?.fault ?? .none }
        self.state.withLock { $0.connections.append(connection) }
        connection.start()
    }
}

/// Whether a descriptor has something to read; waits for so many milliseconds at most.
func isReadable(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, milliseconds) > 0
}
