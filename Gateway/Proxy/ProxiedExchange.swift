internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit

/// Everything that is known about one request while it passes the gateway.
///
/// A value inside its ``ClientConnection``, filled in stage by stage and overwritten by the next request.
struct ProxiedExchange {
    /// The stage that is entered next.
    enum Stage {
        case identify, route, authenticate, limit, balance, forward
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

    // route
    var routeIndex = 0
    var deadline: NIODeadline

    // authenticate
    var caller = Caller.anonymous

    // limit
    var limit: LimitDecision?

    // balance, guard
    var instance: Instance?
    var permit: Breaker.Permit?
    var attempts = 0
    /// Where the last attempt was made, when it is over.
    var lastInstance: Instance?

    // forward
    var requestEnded = false
    var requestBytes = 0
    var status = 0
    var responseBytes = 0
    var lastProgress: NIODeadline
    /// Whether the client left before its answer was complete.
    var isAborted = false

    init(head: HTTPRequestHead, client: ClientAddress, startedAt: NIODeadline) {
        self.head = head
        self.client = client
        self.startedAt = startedAt
        self.deadline = startedAt + .seconds(10)
        self.lastProgress = startedAt
    }

    var responseStarted: Bool { self.status != 0 }

    var hasBody: Bool {
        switch self.framing {
        case .none, .length(0): false
        case .length, .chunked: true
        }
    }
}
