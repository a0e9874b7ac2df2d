internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit

/// Answers of the gateway's own, and the end of every answer.
extension ClientConnection {
    /// Answers with a problem.
    func refuse(_ problem: Problem) {
        self.answer(Answer(problem, to: self.exchange))
    }

    /// Answers bytes that are no request, or that come too slowly to become one; the connection ends.
    func refuseGarbage(_ problem: Problem) {
        switch self.phase {
        case .idle:
            self.serial += 1
            let head = HTTPRequestHead(version: .http1_1, method: .RAW(value: "-"), uri: "-")
            self.exchange = ProxiedExchange(head: head, client: self.peer, startedAt: .now())
            self.exchange.correlationID = CorrelationID().description
        case .waiting, .answering, .streaming:
            // The head was good, the body is not.
            self.endUpstream(outcome: .unknown)
            if self.exchange.responseStarted { return self.abort() }
        case .discarding:
            // The request has its answer; where the next one would begin nobody can tell.
            return self.linger()
        case .lingering, .closed:
            return
        }
        self.exchange.isKeptAlive = false
        self.refuse(problem)
    }

    /// Sends a complete answer.
    func answer(_ answer: Answer) {
        self.exchange.status = answer.status
        self.exchange.responseBytes = answer.body.count
        self.closesAfterAnswer =
            self.closesAfterAnswer || !self.exchange.isKeptAlive || !(self.hasWholeRequest || self.isRestSmall)
        self.outgoing.clear(minimumCapacity: 1024)
        ResponseWriter.write(
            answer,
            to: self.exchange,
            settings: self.worker.gateway.answers,
            closes: self.closesAfterAnswer,
            into: &self.outgoing
        )
        self.finishAnswer()
    }

    /// Whether what is left of the request is cheaper to read than a new connection.
    private var isRestSmall: Bool {
        switch self.exchange.framing {
        case .none: true
        case .length(let length): !self.exchange.expectsContinue && length <= self.worker.gateway.limits.maximumDiscard
        case .chunked: false
        }
    }

    /// Gives the last bytes of an answer to the channel; then comes the next request, or the end of the connection.
    func finishAnswer() {
        self.finishExchange()
        self.exchange.lastProgress = self.worker.roughNow
        if self.closesAfterAnswer { return self.linger() }
        _ = self.flushAnswer()
        if self.exchange.requestEnded {
            self.becomeIdle()
        } else {
            self.phase = .discarding
            self.pump()
        }
    }

    /// The bookkeeping at the end of every request.
    func finishExchange() {
        self.worker.gateway.observer.finished(self.exchange, route: self.route, worker: self.worker)
    }

    /// Has one of the gateway's own endpoints answer.
    func answerByGateway() {
        guard case .gateway(let endpoint) = self.route.destination else { return }
        if endpoint == .unknownPath { return self.refuse(.notFound()) }
        self.phase = .answering
        let request = ControlRequest(self.exchange, prefix: self.route.prefix, endpoint: endpoint)
        let control = self.worker.gateway.control
        let serial = self.serial
        let bound = NIOLoopBound(self, eventLoop: self.worker.eventLoop)
        let eventLoop = self.worker.eventLoop
        Task {
            let result = await control.answer(request)
            eventLoop.execute {
                let connection = bound.value
                guard connection.phase == .answering, connection.serial == serial else { return }
                switch result {
                case .success(let answer): connection.answer(answer)
                case .failure(let problem): connection.refuse(problem)
                }
            }
        }
    }
}
