public import EventSourcing
public import Postgres

extension PostgresError: ProblemConvertible {
    /// What the client is told: that it may try again, that a value makes no sense, or nothing.
    public var problem: Problem {
        // Data exceptions: a value that passed our own checks is beyond what Postgres can hold or compute.
        if self.sqlState?.category == "22" { return .invalid("A value is out of range.") }
        return switch self.code {
        case .commitOutcomeUnknown:
            .unavailable("It is not known whether the request took effect. Repeat it with the same Idempotency-Key.")
        case .cancelled, .closed: .unavailable()
        default: self.isRetriable ? .unavailable() : .internalError
        }
    }
}

extension EventStoreError: ProblemConvertible {
    /// What the client is told: somebody else was faster, again and again.
    public var problem: Problem {
        .conflict("Somebody else is changing the same object.", slug: "concurrent-change")
    }
}
