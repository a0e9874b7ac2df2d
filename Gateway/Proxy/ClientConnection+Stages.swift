internal import NIOCore
internal import ServiceKit

/// The chain: each stage adds what it knows to the exchange, or refuses it, or waits and is continued later.
extension ClientConnection {
    /// The route that the request takes.
    var route: GatewayRoute { self.worker.gateway.routes.routes[self.exchange.routeIndex] }

    /// Runs the stages from the one that is due.
    func advance() {
        do throws(Problem) {
            switch self.exchange.stage {
            case .identify:
                try Identify.apply(to: &self.exchange, worker: self.worker)
                fallthrough
            case .route:
                self.exchange.stage = .route
                try FindRoute.apply(to: &self.exchange, gateway: self.worker.gateway)
                if Preflight.isOne(self.exchange, settings: self.worker.gateway.answers) {
                    return self.answer(.preflight)
                }
                fallthrough
            case .authenticate:
                self.exchange.stage = .authenticate
                guard Authenticate.apply(to: &self.exchange, route: self.route, for: self) else { return }
                fallthrough
            case .limit:
                self.exchange.stage = .limit
                guard Limit.apply(to: &self.exchange, route: self.route, for: self) else { return }
                try Limit.check(self.exchange)
                try Authenticate.check(self.exchange, route: self.route)
                fallthrough
            case .balance:
                self.exchange.stage = .balance
                guard case .service(let name) = self.route.destination else { return self.answerByGateway() }
                try Balance.apply(
                    to: &self.exchange,
                    upstream: self.worker.gateway.upstreams[name],
                    worker: self.worker
                )
                try Guard.apply(to: &self.exchange)
                fallthrough
            case .forward:
                self.exchange.stage = .forward
                self.forward()
            }
        } catch {
            // Where one rule of the protocol is broken, the border to the next request may be wrong too.
            if self.exchange.stage == .identify { self.exchange.isKeptAlive = false }
            self.refuse(error)
        }
    }

    /// Continues a request whose stage waited.
    ///
    /// - Parameters:
    ///   - serial: The request; if it is over, nothing happens.
    ///   - update: Adds what the stage waited for.
    func resume(_ serial: UInt64, _ update: (inout ProxiedExchange) -> Void) {
        guard self.isWaiting(for: serial) else { return }
        update(&self.exchange)
        self.advance()
        self.pump()
    }

    /// Whether a request still waits for something.
    func isWaiting(for serial: UInt64) -> Bool {
        self.phase == .waiting && self.serial == serial
    }

    private func forward() {
        guard let instance = self.exchange.instance else { return }
        self.exchange.attempts += 1
        let pool = self.worker.pool(of: instance)
        if let connection = pool.takeIdle() {
            self.upstreamOpened(connection, isReused: true)
        } else if pool.hasRoom {
            pool.connect(for: self, serial: self.serial)
        } else {
            self.endUpstream(outcome: .unknown)
            self.refuse(.overloaded)
        }
    }
}
