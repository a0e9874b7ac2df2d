internal import ServiceKit

/// A route in force: its definition, and the series that count its requests.
///
/// A class, so that a request keeps the route it began with for the price of a reference, whatever is reloaded meanwhile.
final class GatewayRoute: Sendable {
    let definition: RouteDefinition
    let metrics: RouteMetrics

    init(_ definition: RouteDefinition, metrics: MetricsRegistry) {
        self.definition = definition
        self.metrics = RouteMetrics(definition, metrics: metrics)
    }

    /// What paths get that belong to nobody, and what is no request at all.
    static func unknown(_ limit: LimitClass = .general, metrics: MetricsRegistry) -> GatewayRoute {
        GatewayRoute(RouteDefinition("/", .gateway(.unknownPath), .open, limit), metrics: metrics)
    }
}
