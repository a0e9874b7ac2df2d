internal import FoundationEssentials
internal import NIOCore
internal import ServiceKit

/// Remembers, per event loop, whose tokens were good a moment ago, so that the usual request costs one look-up here.
final class TokenCache {
    /// How long a verdict is used before the verifier is asked again.
    ///
    /// It knows keys and expiry, and its own memory makes asking cheap; what changes there is in force here this much
    /// later at most. Sessions that end are told at once.
    static let memory = TimeAmount.seconds(5)
    private static let capacity = 10_000

    private struct Verdict {
        let person: Person
        let until: NIODeadline
    }

    private let context: AuthenticationContext
    private let eventLoop: any EventLoop
    private var verdicts: [Substring: Verdict] = [:]

    init(context: AuthenticationContext, eventLoop: any EventLoop) {
        self.context = context
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
        Task { [context, eventLoop] in
            let caller = await context.caller(with: token)
            eventLoop.execute {
                let (cache, connection) = bound.value
                let current = cache.admit(caller, token)
                connection.resume(serial) { $0.caller = current }
            }
        }
    }

    /// These sessions have ended: their tokens are worth nothing from now on.
    func forget(_ sessions: Set<UUID>) {
        self.verdicts = self.verdicts.filter { !sessions.contains($0.value.person.principal.sessionID) }
    }

    /// Remembers whom the token belongs to, unless the session has just ended: on this loop, so that ``forget(_:)`` comes
    /// either before or after it.
    private func admit(_ caller: Caller, _ token: String) -> Caller {
        guard case .person(let person) = caller else { return caller }
        if self.context.endedSessions.contains(person.principal.sessionID) { return .refused(.unauthenticated) }
        let now = NIODeadline.now()
        if self.verdicts.count >= Self.capacity { self.verdicts = self.verdicts.filter { $0.value.until > now } }
        // Everybody came with a new token at once: start over rather than grow.
        if self.verdicts.count >= Self.capacity { self.verdicts.removeAll() }
        self.verdicts[token[...]] = Verdict(person: person, until: now + Self.memory)
        return caller
    }
}
