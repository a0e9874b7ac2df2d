import NIOCore
import NIOPosix

/// The clients of the load: as many connections as it takes, up to a limit, and what becomes of them.
///
/// Lives on one event loop.
final class StoryClients {
    /// What was not used for so long is closed, before a gateway does it.
    private static let idleTime = TimeAmount.seconds(20)
    /// Connections to one gateway; what finds none that is free waits for its turn.
    private static let mostConnections = 250

    private let eventLoop: any EventLoop
    private let ports: [Int]
    private let rotation: StoryRotation
    private let tally: StoryTally
    /// Unused connections to each gateway, those that were used last at the end.
    private var idle: [[StoryConnection]]
    /// Connections to each gateway, used or not.
    private var counts: [Int]
    private var waiting: [StoryShot] = []
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
        self.counts = ports.map { _ in 0 }
    }

    /// Sends a request as soon as somebody is connected, or may be.
    func place(_ shot: StoryShot) {
        self.waiting.append(shot)
        self.serve()
    }

    /// The same a little later.
    func place(_ shot: StoryShot, in pause: TimeAmount) {
        let bound = NIOLoopBound((clients: self, shot: shot), eventLoop: self.eventLoop)
        self.eventLoop.scheduleTask(in: pause) {
            let (clients, shot) = bound.value
            if !shot.isOver { clients.place(shot) }
        }
    }

    /// Sends what waits, each to the gateway whose turn it is.
    func serve() {
        while let shot = self.waiting.first {
            guard shot.isOver || self.sendInTurn(shot) else { return }
            self.waiting.removeFirst()
        }
    }

    private func sendInTurn(_ shot: StoryShot) -> Bool {
        for _ in self.ports {
            let gateway = self.turn
            self.turn = (self.turn + 1) % self.ports.count
            let isFull = self.counts[gateway] >= Self.mostConnections
            guard !self.idle[gateway].isEmpty || !isFull && self.rotation.admits(gateway) else { continue }
            self.send(shot, to: gateway)
            return true
        }
        return false
    }

    /// Sends a request to a gateway.
    func send(_ shot: StoryShot, to gateway: Int) {
        if let connection = self.idle[gateway].popLast() { return connection.send(shot) }
        self.counts[gateway] += 1
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
            // What had been open has been counted out already.
            if !isOpen { self.counts[connection.gateway] -= 1 }
            self.tally.note { $0.unopened += 1 }
            // Nothing was sent: another gateway will do.
            return self.place(shot, in: .milliseconds(20))
        }
        self.tally.note { $0.connections += 1 }
        if shot.isOver { self.idle[connection.gateway].append(connection) } else { connection.send(shot) }
    }

    /// The connection is free again, unless the gateway has announced its end.
    func release(_ connection: StoryConnection, closes: Bool) {
        if closes {
            self.tally.note { $0.announcedEnds += 1 }
            connection.close()
        } else {
            self.idle[connection.gateway].append(connection)
            self.serve()
        }
    }

    /// The connection is no more.
    func ended(_ connection: StoryConnection) {
        self.counts[connection.gateway] -= 1
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
