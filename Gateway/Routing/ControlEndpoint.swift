/// What the gateway answers itself.
enum ControlEndpoint: String, CaseIterable, Sendable {
    case health
    case live
    case ready
    case services
    case metrics
    case breakers
    case traces
    /// No route has this path.
    case unknownPath

    /// How a metric or a log line calls it.
    var label: String { "gateway.\(self.rawValue)" }
}
