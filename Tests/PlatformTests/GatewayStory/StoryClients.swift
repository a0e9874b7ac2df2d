import NIOCore
import NIOPosix

/// The clients of the load: as many connections as it takes, and what becomes of them.
///
/// Lives on one event loop.
final class StoryClients {
    /// What was not used for so long is closed, before a gateway does it.
    private static let idleTime = TimeAmount.seconds(20)

    private let eventLoop: any EventLoop
    private let ports: [Int]
    private let rotation: StoryRotation
    private let tally: StoryTally
    /// Unused connections to each gateway, those that were used last at the end.
    private var idle: [[StoryConnection]]
    private var turn = 0

    /// - Parameters:
    ///   - ports: Where the gateways are.
    ///   - rotation: Which of them take new clients.
    init(on eventLoop: any EventLoop, ports: [Int], rotation: StoryRotation, tally: StoryTally) {
        self.eventLoop = eventLoop
        self.ports = ports
        self.rotation = rotation
        self.tally = tally
        self.idle = ports.map { _ in [] }
    }

    /// Sends a request to the gateway whose turn it is, if somebody is connected or may come there.
    func place(_ shot: StoryShot) {
        for _ in self.ports {
            let gateway = self.turn
            self.turn = (self.turn + 1) % self.ports.count
            guard !self.idle[gateway].isEmpty || self.rotation.admits(gateway) else { continue }
            return self.send(shot, to: gateway)
        }
        self.place(shot, in: .milliseconds(20))
    }

    /// The same a little later.
    func place(_ shot: StoryShot, in pause: TimeAmount) {
        let bound = NIOLoopBound((clients: self, shot: shot), eventLoop: self.eventLoop)
        self.eventLoop.scheduleTask(in: pause) {
            let (clients, shot) = bound.value
            if !shot.isOver { clients.place(shot) }
        }
    }

    /// Sends a request to a gateway.
    func send(_ shot: StoryShot, to gateway: Int) {
        if let connection = self.idle[gateway].popLast() { return connection.send(shot) }
        let connection = StoryConnection(to: gateway, of: self)
        let bound = NIOLoopBound((clients: self, connection: connection, shot: shot), eventLoop: self.eventLoop)
        ClientBootstrap(group: self.eventLoop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value.connection)
                }
            }
            .connect(host: "127.0.0.1", port: self.ports[gateway])
            .whenComplete { result in
                let (clients, connection, shot) = bound.value
                clients.opened(connection, for: shot, isOpen: (try? result.get()) != nil)
            }
    }

    private func opened(_ connection: StoryConnection, for shot: StoryShot, isOpen: Bool) {
        guard isOpen, connection.isOpen else {
            self.tally.note { $0.unopened += 1 }
            // Nothing was sent: another gateway will do.
            return self.place(shot, in: .milliseconds(20))
        }
        self.tally.note { $0.connections += 1 }
        if shot.isOver { self.idle[connection.gateway].append(connection) } else { connection.send(shot) }
    }

    /// The connection is free again, unless the gateway has announced its end.
    func release(_ connection: StoryConnection, closes: Bool) {
        guard closes else { return self.idle[connection.gateway].append(connection) }
        self.tally.note { $0.announcedEnds += 1 }
        connection.close()
    }

    /// The connection is no more.
    func ended(_ connection: StoryConnection) {
        guard let index = self.idle[connection.gateway].firstIndex(where: { $0 === connection }) else { return }
        self.idle[connection.gateway].remove(at: index)
        self.tally.note { $0.idleEnds += 1 }
    }

    func closeOld(at now: NIODeadline) {
        for gateway in self.idle.indices {
            let old = self.idle[gateway].prefix { now - $0.idleSince > Self.idleTime }
            self.idle[gateway].removeFirst(old.count)
            for connection in old { connection.close() }
        }
    }
}
