internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Postgres

/// Takes a request from the socket to its handler, and the answer back: correlation, routing, authentication,
/// authorisation, deadline, errors, metrics and the access log, in this order.
struct ServiceResponder: HTTPResponder {
    let routes: RouteTree
    let authenticator: Authenticator
    let admission: Admission?
    let idempotencySecret: IdempotencySecret
    let metrics: HTTPMetrics
    let logger: Logger

    func respond(to request: Request, context: ChannelContext) async throws -> Response {
        let start = ContinuousClock.now
        var exchange = Exchange(request.head)
        let response = await Correlation.$current.withValue(exchange.identity) {
            await self.answer(request, &exchange, start)
        }
        return response
    }

    private func answer(
        _ request: Request,
        _ exchange: inout Exchange,
        _ start: ContinuousClock.Instant
    ) async -> Response {
        var response: ServiceResponse
        do {
            response = try await self.serve(request, &exchange, start)
        } catch {
            response = self.response(to: error, exchange)
        }
        response = exchange.finish(response)
        let duration = ContinuousClock.now - start
        self.metrics.record(exchange, status: response.status, duration)
        self.log(exchange, status: response.status, duration)
        return Response(response, to: request.head.method)
    }

    private func serve(
        _ request: Request,
        _ exchange: inout Exchange,
        _ start: ContinuousClock.Instant
    ) async throws -> ServiceResponse {
        // One is the authority; a second one stays among the headers (RFC 9112 section 3.2).
        let headers = RequestHeaders(fields: request.headers)
        guard request.head.authority != nil, headers["Host"] == nil else { throw Problem.badHost }
        guard request.head.path?.utf8.count ?? 0 <= RequestLimits.urlLength else { throw Problem.urlTooLong }
        let match = self.routes.match(exchange.method, exchange.path)
        guard case .route(let route, let parameters) = match else {
            if case .methodNotAllowed(let methods) = match {
                throw Problem.methodNotAllowed(methods.flatMap { $0 == .get ? ["GET", "HEAD"] : [$0.rawValue] })
            }
            throw Problem.notFound()
        }
        exchange.route = route
        let principal = try await self.principal(route, headers)
        exchange.principal = principal
        exchange.identity.actor = principal?.id
        let serviceRequest = ServiceRequest(
            method: route.method,
            path: String(exchange.path),
            route: route.path,
            identity: exchange.identity,
            deadline: RequestDeadline.instant(headers[RequestDeadline.headerName], at: start),
            principalIfKnown: principal,
            parameters: parameters,
            query: exchange.query,
            headers: headers,
            content: RequestContent(
                request.body,
                announced: headers["Content-Length"].flatMap { Int($0) },
                limit: route.bodyLimit
            ),
            idempotencySecret: self.idempotencySecret
        )
        return try await Correlation.$current.withValue(exchange.identity) {
            try await RequestDeadline.enforce(serviceRequest.deadline) {
                if let principal { try await self.authorize(principal, for: route) }
                return try await route.handler(serviceRequest).unlessCached(by: serviceRequest)
            }
        }
    }

    private func principal(_ route: Route, _ headers: RequestHeaders) async throws(Problem) -> Principal? {
        switch route.policy.kind {
        case .public: return nil
        case .internalService:
            try self.authenticator.checkInternalKey(headers)
            return nil
        case .person: return try await self.authenticator.principal(headers)
        }
    }

    /// - Throws: A 403 ``Problem`` when who asks may not use the route, or the platform.
    private func authorize(_ principal: Principal, for route: Route) async throws {
        guard case .person(let roles) = route.policy.kind else { return }
        guard roles.contains(principal.role) else { throw Problem.forbidden }
        try await self.admission?.check(principal.id)
    }

    /// What a client is told about an error, and what the log is told.
    private func response(to error: any Error, _ exchange: Exchange) -> ServiceResponse {
        let problem: Problem
        switch error {
        case let error as any ProblemConvertible:
            problem = error.problem
            // Whatever the client is told about it, an error of the database is ours to look at.
            if problem.status >= 500 || error is PostgresError {
                self.logger.warning("request refused", error: error, metadata: exchange.metadata)
            }
        case is CancellationError:
            problem = .unavailable()
        default:
            problem = .internalError
            self.logger.error("request failed", error: error, metadata: exchange.metadata)
        }
        return .problem(problem, instance: String(exchange.path), correlationID: exchange.identity.correlationID)
    }

    private func log(_ exchange: Exchange, status: Int, _ duration: Duration) {
        let level: Logger.Level = exchange.route?.isNoteworthy == false ? .debug : .info
        self.logger.log(
            level: level,
            "request",
            metadata: exchange.metadata.merging([
                "status": .stringConvertible(status),
                "duration_ms": .stringConvertible((duration / .microseconds(1)).rounded() / 1000),
            ]) { $1 }
        )
    }
}

extension Problem {
    fileprivate static var urlTooLong: Problem {
        Problem(status: 414, slug: "uri-too-long", title: "The path and query are too long")
    }
}
