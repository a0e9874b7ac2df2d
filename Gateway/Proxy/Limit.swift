internal import ServiceKit

/// Stage 4: asks the limiter whether this caller may ask now.
enum Limit {
    /// - Returns: Whether the exchange can go on at once; else the connection is resumed later.
    static func apply(to exchange: inout Exchange, route: Route, for connection: ClientConnection) -> Bool {
        if route.limit == .unlimited || exchange.limit != nil { return true }
        let key: String
        if case .person(let person) = exchange.caller { key = person.limitKey } else { key = exchange.client.limitKey }
        exchange.limit = connection.worker.limiter.decide(route.limit, key: key, for: connection)
        return exchange.limit != nil
    }

    /// Refuses what is too much.
    static func check(_ exchange: borrowing Exchange) throws(Problem) {
        guard let limit = exchange.limit, !limit.isAllowed else { return }
        throw .tooManyRequests(retryAfter: limit.retryAfter)
    }
}
