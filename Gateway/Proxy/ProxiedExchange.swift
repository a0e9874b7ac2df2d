internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit

/// Everything that is known about one request while it passes the gateway.
///
/// A value inside its ``ClientConnection``, filled in stage by stage and overwritten by the next request.
struct ProxiedExchange {
    /// The stage that is entered next.
    enum Stage {
        case identify, authenticate, limit, balance, forward
    }

    /// How the request says where its body ends.
    enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
    }

    var stage = Stage.identify
    let head: HTTPRequestHead
    let startedAt: NIODeadline

    // identify
    var correlationID = ""
    var traceParent = ""
    var client: ClientAddress
    /// How the client spoke to the first of our proxies, or to the gateway.
    var scheme = "http"
    var framing = Framing.none
    var authorization: String?
    var origin: String?
    var isRepeatable = false
    var isKeptAlive = false
    var expectsContinue = false
    /// Names in `Connection`: they are about this connection and are not passed on.
    var connectionHeaders: [String] = []

    /// Whether the client asks for a WebSocket.
    var wantsWebSocket = false

    // route
    var route: GatewayRoute
    var deadline: NIODeadline
    /// What is wrong with the request; told when the limiter has counted it.
    var refusal: Problem?

    // authenticate
    var caller = Caller.anonymous

    // limit
    var limit: LimitDecision?

    // balance, guard
    /// What identical requests wait for, if this one is the first of them.
    var flight: Flight?
    /// Whether it has waited for another request's answer: what did not come of waiting does not come of waiting again.
    var hasWaited = false
    /// The answer to another request that was the same.
    var sharedAnswer: Flight.Shared?
    /// The service's permit for the request, whatever becomes of each attempt.
    var servicePermit: Breaker.Permit?
    var instance: Instance?
    /// The instance's permit for this attempt.
    var permit: Breaker.Permit?
    var attempts = 0
    /// How the last attempt went, as far as the instance is to blame.
    var outcome = Breaker.Outcome.unknown
    /// Where the last attempt was made, when it is over.
    var lastInstance: Instance?

    // forward
    var requestEnded = false
    var requestBytes = 0
    /// What has been sent of the body, if the request may be sent again; `nil` when that has become too long.
    var sentBody: ByteBuffer? = ByteBuffer()
    var status = 0
    var responseBytes = 0
    var lastProgress: NIODeadline
    /// Whether the client left before its answer was complete.
    var isAborted = false
    /// Whether the connection has become a WebSocket.
    var isTunnel = false
    /// Whether it may last for hours, and counts as no request any more.
    var isLongLived = false

    init(head: HTTPRequestHead, client: ClientAddress, route: GatewayRoute, startedAt: NIODeadline) {
        self.head = head
        self.route = route
        self.client = client
        self.startedAt = startedAt
        self.deadline = startedAt + .seconds(10)
        self.lastProgress = startedAt
    }

    var responseStarted: Bool { self.status != 0 }

    /// Whether the request may be sent although it may have had its effect, and can be: by its nature (RFC 9110 section
    /// 9.2.2) or by its key, and all that was sent of its body is still here.
    var canBeRepeated: Bool { self.isRepeatable && self.sentBody?.readableBytes == self.requestBytes }

    /// Keeps a piece of the body that is being sent.
    mutating func keep(_ body: ByteBuffer, upTo limit: Int) {
        guard self.isRepeatable, let sent = self.sentBody, sent.readableBytes + body.readableBytes <= limit else {
            self.sentBody = nil
            return
        }
        // Usually it comes in one piece, which need not be copied.
        if sent.readableBytes == 0 { self.sentBody = body } else { self.sentBody?.writeImmutableBuffer(body) }
    }

    /// Whether the answer is for the caller only: it needs a token, or gives one.
    var isPrivate: Bool { self.route.definition.access != .open || self.head.method == .POST }

    /// Whether the answer to somebody else's identical request would do.
    var mayShare: Bool { self.route.definition.isCoalesced && self.head.method == .GET && !self.hasBody }

    var hasBody: Bool {
        switch self.framing {
        case .none, .length(0): false
        case .length, .chunked: true
        }
    }
}
