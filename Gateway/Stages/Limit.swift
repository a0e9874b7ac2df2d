internal import ServiceKit

/// Stage 4: asks the limiter whether this caller may ask now.
enum Limit {
    /// - Returns: Whether the exchange can go on at once; else the connection is resumed later.
    static func apply(to exchange: inout ProxiedExchange, for connection: ClientConnection) -> Bool {
        if exchange.limit != nil { return true }
        let route = exchange.route.definition
        let question: LimitQuestion
        if case .person(let person) = exchange.caller {
            question = LimitQuestion(route.limit, key: person.limitKey, cost: route.cost)
        } else {
            let site = route.limit.siteClass == nil ? nil : exchange.client.site
            question = LimitQuestion(route.limit, key: exchange.client.limitKey, site: site, cost: route.cost)
        }
        exchange.limit = connection.worker.limiter.decide(question, for: connection)
        return exchange.limit != nil
    }

    /// Refuses what is too much.
    static func check(_ exchange: borrowing ProxiedExchange) throws(Problem) {
        guard let limit = exchange.limit, !limit.isAllowed else { return }
        throw .tooManyRequests(retryAfter: limit.retryAfter)
    }
}
