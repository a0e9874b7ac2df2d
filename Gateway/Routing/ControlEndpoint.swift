/// What the gateway answers itself.
enum ControlEndpoint: String, CaseIterable, Decodable, Sendable {
    case health
    case live
    case ready
    case services
    case metrics
    case breakers
    case traces
    case openapi
    case docs
    case redoc
    /// No route has this path.
    case unknownPath = "unknown"
}
