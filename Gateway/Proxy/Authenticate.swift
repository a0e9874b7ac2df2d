internal import Contracts
internal import FoundationEssentials
internal import NIOCore
internal import ServiceKit

/// Stage 3: finds out who asks, where the route wants to know.
///
/// A token that is no good is refused only after the limiter has counted the attempt, or guessing would be free.
enum Authenticate {
    /// - Returns: Whether the exchange can go on at once; else the connection is resumed later.
    static func apply(to exchange: inout Exchange, route: Route, for connection: ClientConnection) -> Bool {
        if case .open = route.access { return true }
        guard case .anonymous = exchange.caller else { return true }
        guard let authorization = exchange.authorization, let token = authorization.bearerToken else {
            exchange.caller = .refused(.unauthenticated)
            return true
        }
        if let caller = connection.worker.authenticator.remembered(token, at: exchange.startedAt) {
            exchange.caller = caller
            return true
        }
        connection.worker.authenticator.verify(String(token), for: connection)
        return false
    }

    /// Refuses whom the route does not want.
    static func check(_ exchange: borrowing Exchange, route: Route) throws(Problem) {
        switch (route.access, exchange.caller) {
        case (.open, _): return
        case (_, .refused(let problem)): throw problem
        case (.administrator, .person(let person)) where person.principal.role != .admin: throw .forbidden
        case (_, .person): return
        case (_, .anonymous): throw .unauthenticated
        }
    }
}

/// Somebody whose token was verified.
final class Person: Sendable {
    let principal: Principal
    /// What the limiter counts by.
    let limitKey: String

    init(principal: Principal) {
        self.principal = principal
        self.limitKey = principal.id.uuidString.lowercased()
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
