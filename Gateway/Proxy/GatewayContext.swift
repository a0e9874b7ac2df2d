internal import ServiceKit

/// What all event loops share, and nobody changes while the gateway runs.
final class GatewayContext: Sendable {
    /// The routes at the start; ``Worker/routes`` are those in force.
    let routes: RoutingTable
    let upstreams: Upstreams
    let answers: AnswerSettings
    let limits: ConnectionLimits
    let trustedProxies: [NetworkRange]
    /// Where whoever scrapes and operates is.
    let insideNetworks: [NetworkRange]
    /// Whether clients speak TLS with the gateway itself.
    let isSecure: Bool
    let sharedLimits: SharedLimits
    let authentication: AuthenticationContext
    let control: Control
    let observer: Observer

    init(
        routes: RoutingTable,
        upstreams: Upstreams,
        answers: AnswerSettings,
        limits: ConnectionLimits,
        trustedProxies: [NetworkRange],
        insideNetworks: [NetworkRange],
        isSecure: Bool,
        sharedLimits: SharedLimits,
        authentication: AuthenticationContext,
        control: Control,
        observer: Observer
    ) {
        self.routes = routes
        self.upstreams = upstreams
        self.answers = answers
        self.limits = limits
        self.trustedProxies = trustedProxies
        self.insideNetworks = insideNetworks
        self.isSecure = isSecure
        self.sharedLimits = sharedLimits
        self.authentication = authentication
        self.control = control
        self.observer = observer
    }
}
