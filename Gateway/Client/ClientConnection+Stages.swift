internal import NIOCore
internal import ServiceKit

/// The chain: each stage adds what it knows to the exchange, or refuses it, or waits and is continued later.
extension ClientConnection {
    /// The route that the request takes.
    var route: RouteDefinition { self.exchange.route.definition }

    /// Runs the stages from the one that is due.
    func advance() {
        do throws(Problem) {
            switch self.exchange.stage {
            case .identify:
                try self.understand()
                fallthrough
            case .authenticate:
                self.exchange.stage = .authenticate
                guard Authenticate.apply(to: &self.exchange, for: self) else { return }
                fallthrough
            case .limit:
                self.exchange.stage = .limit
                guard Limit.apply(to: &self.exchange, for: self) else { return }
                try Limit.check(self.exchange)
                if let refusal = self.exchange.refusal { throw refusal }
                if self.isPreflight { return self.answer(.preflight) }
                try Authenticate.check(self.exchange, gateway: self.worker.gateway)
                fallthrough
            case .balance:
                self.exchange.stage = .balance
                guard case .service(let name) = self.route.destination else { return self.answerByGateway() }
                guard Coalesce.apply(to: &self.exchange, for: self) else { return }
                if let shared = self.exchange.sharedAnswer { return self.answer(shared) }
                let upstream = self.worker.gateway.upstreams[name]
                try Balance.apply(to: &self.exchange, upstream: upstream, worker: self.worker)
                try Guard.apply(to: &self.exchange, maximumLoad: self.worker.gateway.limits.maximumLoad)
                fallthrough
            case .forward:
                self.exchange.stage = .forward
                self.forward()
            }
        } catch {
            self.refuse(error)
        }
    }

    /// Stages 1 and 2; what they refuse is counted by the limiter before it is told, or garbage would be free.
    private func understand() throws(Problem) {
        do throws(Problem) {
            try Identify.apply(to: &self.exchange, worker: self.worker)
        } catch {
            // Where one rule of the protocol is broken, the border to the next request may be wrong too.
            self.exchange.isKeptAlive = false
            return self.exchange.refusal = error
        }
        do throws(Problem) {
            try FindRoute.apply(to: &self.exchange, routes: self.worker.routes)
        } catch {
            return self.exchange.refusal = error
        }
        if self.isPreflight { self.exchange.route = self.worker.routes.unasked }
        if Shed.isDue(self.exchange, worker: self.worker) {
            self.worker.gateway.observer.shed.increment()
            self.exchange.route = self.worker.routes.unasked
            self.exchange.refusal = .overloaded
        }
    }

    private var isPreflight: Bool { Preflight.isOne(self.exchange, settings: self.worker.gateway.answers) }

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
