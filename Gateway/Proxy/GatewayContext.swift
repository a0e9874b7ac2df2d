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
    /// Whether public keys have ever been fetched.
    let hasKeys: @Sendable () -> Bool
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
        hasKeys: @escaping @Sendable () -> Bool,
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
        self.hasKeys = hasKeys
        self.control = control
        self.observer = observer
    }
}
