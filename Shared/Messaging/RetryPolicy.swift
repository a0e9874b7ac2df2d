internal import EventSourcing
internal import Postgres

/// What follows when handling an event fails.
///
/// - A dependency is down: wait and try again, as long as it takes. Consumption stands still meanwhile, so an outage spends
///   no attempts and sends nothing to the dead letters.
/// - The event can never be read: to the dead letters at once.
/// - Anything else may be a race or a bug: a few more tries, then the dead letters, so that the others can go on.
public struct RetryPolicy: Sendable {
    /// How often an event is tried that fails for no known reason.
    public var attempts = 4
    /// How often an event is tried whose statements take too long: the server may just be busy.
    public var slowAttempts = 20
    /// The first wait; it doubles with each try.
    public var firstDelay = Duration.milliseconds(50)
    /// The longest wait.
    public var longestDelay = Duration.seconds(5)

    /// The usual policy.
    public init() {}

    /// Whether an event is to be tried again after its `attempt`-th failure, counted from 1, that was no outage.
    func allowsAnother(after attempt: Int, _ error: any Error) -> Bool {
        if error is DecodingError || error is EventCodingError { return false }
        return attempt < (Self.isSlow(error) ? self.slowAttempts : self.attempts)
    }

    /// Whether something that everybody needs is missing, so that no event could be handled now.
    static func isOutage(_ error: any Error) -> Bool {
        if error is CancellationError { return true }
        guard let error = error as? PostgresError, !Self.isSlow(error) else { return false }
        return error.isRetriable || [.commitOutcomeUnknown, .cancelled, .closed].contains(error.code)
    }

    /// Whether the server answered, but only to say that something took too long.
    ///
    /// That may be its fault or the event's, so it must not go on for ever.
    private static func isSlow(_ error: any Error) -> Bool {
        guard let state = (error as? PostgresError)?.sqlState else { return false }
        return state == .queryCanceled || state == .lockNotAvailable
    }

    /// How long to wait after the `attempt`-th failure, with jitter, so that instances do not march in step.
    func delay(_ attempt: Int) -> Duration {
        let grown = self.firstDelay * Double(1 << min(attempt - 1, 20))
        return min(grown, self.longestDelay) * Double.random(in: 0.75...1.25)
    }

    /// A reason that can be shown: it never quotes a payload.
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as PostgresError: error.description
        case let error as EventCodingError: error.description
        case let error as EventStoreError: error.description
        case is DecodingError: "the payload does not have the form of its type"
        default: "\(type(of: error))"
        }
    }
}
