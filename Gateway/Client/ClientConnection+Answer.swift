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
            self.startExchange(HTTPRequestHead(version: .http1_1, method: .RAW(value: "-"), uri: "-"))
            self.exchange.correlationID = CorrelationID().description
            self.exchange.lastProgress = self.exchange.startedAt
            self.exchange.isKeptAlive = false
            // Garbage is counted, too.
            self.exchange.refusal = problem
            self.exchange.stage = .limit
            return self.advance()
        case .waiting, .answering, .streaming:
            // The head was good, the body is not.
            self.endUpstream(outcome: .unknown)
            if self.exchange.responseStarted { return self.abort() }
        case .discarding:
            // The request has its answer; where the next one would begin nobody can tell.
            return self.linger()
        case .lingering, .tunnel, .closed:
            return
        }
        self.exchange.isKeptAlive = false
        self.refuse(problem)
    }

    /// Sends a complete answer.
    func answer(_ answer: Answer) {
        self.exchange.status = answer.status
        self.exchange.responseBytes = answer.body.readableBytes
        self.closesAfterAnswer =
            self.closesAfterAnswer || !self.exchange.isKeptAlive || !(self.hasWholeRequest || self.isRestSmall)
        if let context {
            self.encoder.write(
                answer,
                to: self.exchange,
                settings: self.worker.gateway.answers,
                closes: self.closesAfterAnswer,
                context
            )
        }
        self.finishAnswer()
    }

    /// Sends the answer that another request, which was the same, has got.
    func answer(_ shared: Flight.Shared) {
        guard let context else { return }
        self.exchange.status = Int(shared.head.status.code)
        self.exchange.responseBytes = shared.body.readableBytes
        self.beginAnswer(shared.head)
        if shared.body.readableBytes > 0 { self.encoder.send(shared.body, context) }
        self.encoder.end(context)
        self.finishAnswer()
    }

    /// Begins a service's answer.
    func beginAnswer(_ head: HTTPResponseHead) {
        guard let context else { return }
        self.closesAfterAnswer = self.encoder.begin(
            head,
            to: self.exchange,
            settings: self.worker.gateway.answers,
            closes: self.closesAfterAnswer || !self.exchange.isKeptAlive,
            context
        )
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
        if self.closesAfterAnswer, !self.encoder.isMultiplexed { return self.linger() }
        _ = self.flushAnswer()
        // Of a stream nothing is left to read: whatever comes is for nobody.
        if self.encoder.isMultiplexed, !self.hasWholeRequest { return self.abort() }
        if self.exchange.requestEnded {
            self.becomeIdle()
        } else {
            self.phase = .discarding
            self.pump()
        }
    }

    /// The bookkeeping at the end of every request.
    func finishExchange() {
        if !self.exchange.isLongLived { self.worker.requestsUnderWay -= 1 }
        self.recordServiceOutcome()
        self.worker.gateway.observer.finished(self.exchange, worker: self.worker)
        guard let flight = self.exchange.flight else { return }
        self.exchange.flight = nil
        // After it was given up another one may have begun in its place.
        if self.worker.flights[flight.key] === flight { self.worker.flights[flight.key] = nil }
        flight.land(isComplete: !self.exchange.isAborted && self.exchange.outcome == .success)
    }

    /// Has one of the gateway's own endpoints answer.
    func answerByGateway() {
        guard case .gateway(let endpoint) = self.route.destination else { return }
        if endpoint == .unknownPath { return self.refuse(.notFound()) }
        self.phase = .answering
        let request = ControlRequest(
            self.exchange,
            prefix: self.route.path,
            endpoint: endpoint,
            routes: self.worker.routes
        )
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
