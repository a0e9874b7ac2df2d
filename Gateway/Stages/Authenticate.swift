internal import Contracts
internal import NIOCore
internal import ServiceKit

/// Stage 3: finds out who asks, where the route wants to know.
///
/// A token that is no good is refused only after the limiter has counted the attempt, or guessing would be free.
enum Authenticate {
    /// - Returns: Whether the exchange can go on at once; else the connection is resumed later.
    static func apply(to exchange: inout ProxiedExchange, for connection: ClientConnection) -> Bool {
        switch exchange.route.definition.access {
        case .open: return true
        case .insider where exchange.client.isInside(connection.worker.gateway.insideNetworks): return true
        case .insider, .token, .administrator: break
        }
        guard case .anonymous = exchange.caller else { return true }
        guard let authorization = exchange.authorization, let token = authorization.bearerToken else {
            exchange.caller = .refused(.unauthenticated)
            return true
        }
        if let caller = connection.worker.tokens.remembered(token, at: exchange.startedAt) {
            exchange.caller = caller
            return true
        }
        connection.worker.tokens.verify(String(token), for: connection)
        return false
    }

    /// Refuses whom the route does not want.
    ///
    /// While it is not known which sessions have ended, nobody gets further who could do much harm.
    static func check(_ exchange: borrowing ProxiedExchange, gateway: GatewayContext) throws(Problem) {
        switch (exchange.route.definition.access, exchange.caller) {
        case (.open, _): return
        case (.insider, _) where exchange.client.isInside(gateway.insideNetworks): return
        case (_, .refused(let problem)): throw problem
        case (.administrator, .person(let person)) where person.principal.role != .admin,
            (.insider, .person(let person)) where person.principal.role != .admin:
            throw .forbidden
        case (_, .person(let person))
        where person.principal.role == .admin && !gateway.authentication.endedSessions.isCurrent(at: .now()):
            throw .unavailable("It can not be checked now whether the session has ended.", retryAfter: 5)
        case (_, .person): return
        case (_, .anonymous): throw .unauthenticated
        }
    }
}

extension String {
    /// What follows the scheme `Bearer` (RFC 6750 section 2.1).
    fileprivate var bearerToken: Substring? {
        let scheme = self.prefix(7)
        guard scheme.utf8.count == 7, String(scheme).isCaseInsensitively("bearer ") else { return nil }
        let token = self.dropFirst(7)
        return token.isEmpty ? nil : token
    }
}
