internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit

/// Stage 1: reads what the headers say about the request itself, and gives it its names.
enum Identify {
    static func apply(to exchange: inout ProxiedExchange, worker: Worker) throws(Problem) {
        let head = exchange.head
        var hosts = 0
        var lengths = 0
        var forwardedFor: [String] = []
        var forwardedProto = ""
        var upgrade: String?
        var hasBadExpectation = false
        for (name, value) in head.headers {
            switch HeaderRules.request(name) {
            case .pass, .drop: continue
            case .authorization: exchange.authorization = exchange.authorization.map { "\($0), \(value)" } ?? value
            case .connection: exchange.connectionHeaders += value.connectionOptions
            case .contentLength:
                lengths += 1
                exchange.framing = .length(Int(value) ?? -1)
            case .correlationID: exchange.correlationID = value
            case .expect:
                exchange.expectsContinue = value.isCaseInsensitively("100-continue")
                hasBadExpectation = !exchange.expectsContinue
            case .forwardedFor: forwardedFor.append(value)
            case .forwardedProto: forwardedProto = value
            case .host: hosts += 1
            case .idempotencyKey: exchange.isRepeatable = true
            case .origin: exchange.origin = value
            case .traceParent: exchange.traceParent = value
            case .transferEncoding: exchange.framing = .chunked
            case .upgrade: upgrade = value
            }
        }
        // First of all the names: a refusal carries them too.
        exchange.correlationID =
            CorrelationID(exchange.correlationID)?.description ?? RequestNames.correlationID(random: &worker.random)
        exchange.traceParent =
            TraceParent(exchange.traceParent)?.child().description ?? RequestNames.traceParent(random: &worker.random)
        let proxies = worker.gateway.trustedProxies
        if worker.gateway.isSecure || forwardedProto == "https" && exchange.client.isAmong(proxies) {
            exchange.scheme = "https"
        }
        if !forwardedFor.isEmpty {
            exchange.client = exchange.client.resolving(forwardedFor: forwardedFor, trusted: proxies)
        }
        exchange.isRepeatable = exchange.isRepeatable || head.method == .GET || head.method == .HEAD
        // After a request to upgrade the parser takes no further requests.
        exchange.isKeptAlive = head.isKeepAlive && upgrade == nil && !worker.isLeaving
        exchange.wantsWebSocket =
            head.method == .GET && head.version == .http1_1 && upgrade?.isCaseInsensitively("websocket") == true
            && exchange.connectionHeaders.contains("upgrade")
        if case .length(0) = exchange.framing, !head.method.mayHaveBody { exchange.framing = .none }
        if case .none = exchange.framing, head.method.mayHaveBody { exchange.framing = .length(0) }
        exchange.expectsContinue = exchange.expectsContinue && exchange.hasBody && head.version == .http1_1

        guard lengths <= 1, exchange.framing != .length(-1) else { throw .malformed }
        guard hosts == 1 || (hosts == 0 && head.version == .http1_0) else { throw .badHost }
        guard !hasBadExpectation else { throw .unknownExpectation }
        guard head.uri.utf8.count <= RequestTarget.maximumLength else { throw .targetTooLong }
        guard RequestTarget.isAcceptable(head.uri) else { throw .badTarget }
    }
}

extension HTTPMethod {
    /// Whether a request with this method says how long its body is even if it has none (RFC 9110 section 8.6).
    fileprivate var mayHaveBody: Bool {
        switch self {
        case .POST, .PUT, .PATCH: true
        default: false
        }
    }
}
