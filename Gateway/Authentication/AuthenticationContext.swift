internal import ServiceKit

/// What decides about tokens: keys, and sessions that have ended.
struct AuthenticationContext: Sendable {
    let keys: RemoteKeySet
    let verifier: TokenVerifier
    let endedSessions: EndedSessions

    init(keys: RemoteKeySet, endedSessions: EndedSessions) {
        self.keys = keys
        self.verifier = TokenVerifier(keys: keys)
        self.endedSessions = endedSessions
    }

    /// Whose token it is.
    func caller(with token: String) async -> Caller {
        do throws(TokenError) {
            return .person(Person(principal: try await self.verifier.verify(token)))
        } catch {
            // Before the first keys came nobody can say that a token is no good.
            let isUndecided = error == .unknownKey && !self.keys.hasKeys
            return .refused(isUndecided ? .unavailable("No token can be verified yet.") : .unauthenticated)
        }
    }
}
