internal import NIOCore
internal import ServiceKit

/// Remembers, per event loop, whose tokens were good a moment ago, so that the usual request costs one look-up here.
final class TokenCache {
    /// How long a verdict is used before the verifier is asked again.
    ///
    /// It knows keys and expiry, and its own memory makes asking cheap; what changes there is in force here this much
    /// later at most.
    static let memory = TimeAmount.seconds(5)
    private static let capacity = 10_000

    private struct Verdict {
        let person: Person
        let until: NIODeadline
    }

    private let verifier: TokenVerifier
    private let hasKeys: @Sendable () -> Bool
    private let eventLoop: any EventLoop
    private var verdicts: [Substring: Verdict] = [:]

    init(verifier: TokenVerifier, hasKeys: @escaping @Sendable () -> Bool, eventLoop: any EventLoop) {
        self.verifier = verifier
        self.hasKeys = hasKeys
        self.eventLoop = eventLoop
    }

    /// Who presented this token a moment ago; `nil` if it has to be verified.
    func remembered(_ token: Substring, at now: NIODeadline) -> Caller? {
        guard let verdict = self.verdicts[token], verdict.until > now else { return nil }
        return .person(verdict.person)
    }

    /// Has the token verified and resumes the connection.
    func verify(_ token: String, for connection: ClientConnection) {
        let bound = NIOLoopBound((cache: self, connection: connection), eventLoop: self.eventLoop)
        let serial = connection.serial
        Task { [verifier, hasKeys, eventLoop] in
            let caller: Caller
            do throws(TokenError) {
                caller = .person(Person(principal: try await verifier.verify(token)))
            } catch {
                // Before the first keys came nobody can say that a token is no good.
                let isUndecided = error == .unknownKey && !hasKeys()
                caller = .refused(isUndecided ? .unavailable("No token can be verified yet.") : .unauthenticated)
            }
            eventLoop.execute {
                let (cache, connection) = bound.value
                if case .person(let person) = caller { cache.remember(token, person) }
                connection.resume(serial) { $0.caller = caller }
            }
        }
    }

    private func remember(_ token: String, _ person: Person) {
        let now = NIODeadline.now()
        if self.verdicts.count >= Self.capacity { self.verdicts = self.verdicts.filter { $0.value.until > now } }
        // Everybody came with a new token at once: start over rather than grow.
        if self.verdicts.count >= Self.capacity { self.verdicts.removeAll() }
        self.verdicts[token[...]] = Verdict(person: person, until: now + Self.memory)
    }
}
