/// What the gateway answers itself.
enum ControlEndpoint: Sendable {
    case health
    case live
    case ready
    case services
    case metrics
    case breakers
    case traces
    /// No route has this path.
    case unknownPath
}
