internal import NIOCore
internal import ServiceKit

/// What all event loops share, and nobody changes while the gateway runs.
final class GatewayContext: Sendable {
    let routes: RoutingTable
    let upstreams: Upstreams
    let answers: AnswerSettings
    let limits: ConnectionLimits
    let trustedProxies: [NetworkRange]
    let sharedLimits: SharedLimits
    let verifier: TokenVerifier
    let control: Control
    let observer: Observer

    init(
        routes: RoutingTable,
        upstreams: Upstreams,
        answers: AnswerSettings,
        limits: ConnectionLimits,
        trustedProxies: [NetworkRange],
        sharedLimits: SharedLimits,
        verifier: TokenVerifier,
        control: Control,
        observer: Observer
    ) {
        self.routes = routes
        self.upstreams = upstreams
        self.answers = answers
        self.limits = limits
        self.trustedProxies = trustedProxies
        self.sharedLimits = sharedLimits
        self.verifier = verifier
        self.control = control
        self.observer = observer
    }
}

/// How much one client may take, and for how long (GW-4).
struct ConnectionLimits: Sendable {
    var maximumConnections = 10_000
    var maximumHeaderSize = 16 << 10
    var maximumHeaderCount = 100
    /// From the first byte of a request, or of a connection, to the end of the headers.
    var headerTimeout = TimeAmount.seconds(10)
    /// Between two requests.
    var idleTimeout = TimeAmount.seconds(60)
    /// Without any progress in a body, in either direction.
    var stallTimeout = TimeAmount.seconds(30)
    /// The least a client has to send of a body on average, in bytes per second, once ten seconds have passed.
    var minimumBodyRate = 1024
    /// How long a client that was refused may go on sending before it is cut off.
    var lingerTimeout = TimeAmount.seconds(2)
    /// The longest body of a refused request that is read to its end to keep the connection.
    var maximumDiscard = 64 << 10
}
