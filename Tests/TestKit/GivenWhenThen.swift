public import EventSourcing
public import Testing

/// A story about one aggregate: what happened before, what is asked, what happens then.
///
/// ```swift
/// Scenario<Lesson>.given(.scheduled(plan)).when(.start(at: noon)).then(.started(at: noon))
/// Scenario<Lesson>.given().when(.start(at: noon)).thenRefused(.unknownLesson)
/// ```
///
/// A story goes on: what was expected becomes part of the past of the next `when`.
public struct Scenario<A: Aggregate> where A.Refusal: Equatable {
    private let past: [A.Event]
    private let outcome: Result<[A.Event], A.Refusal>

    private init(past: [A.Event], outcome: Result<[A.Event], A.Refusal> = .success([])) {
        self.past = past
        self.outcome = outcome
    }

    /// What happened before.
    public static func given(_ events: A.Event...) -> Scenario {
        Scenario(past: events)
    }

    /// The same for a long past.
    public static func given(_ events: [A.Event]) -> Scenario {
        Scenario(past: events)
    }

    /// What is asked.
    public func when(_ command: A.Command) -> Scenario {
        do throws(A.Refusal) {
            return Scenario(past: self.past, outcome: .success(try A(from: self.past).decide(command)))
        } catch {
            return Scenario(past: self.past, outcome: .failure(error))
        }
    }

    /// What is expected to happen; nothing at all, when no event is named.
    @discardableResult
    public func then(_ events: A.Event..., sourceLocation: SourceLocation = #_sourceLocation) -> Scenario {
        switch self.outcome {
        case .success(let happened): #expect(happened == events, sourceLocation: sourceLocation)
        case .failure(let refusal): Issue.record("refused: \(refusal)", sourceLocation: sourceLocation)
        }
        return Scenario(past: self.past + events)
    }

    /// Looks at what happened more closely than by comparing it.
    @discardableResult
    public func then(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ look: ([A.Event], A) throws -> Void
    ) rethrows -> Scenario {
        guard case .success(let happened) = self.outcome else {
            Issue.record("refused: \(self.outcome)", sourceLocation: sourceLocation)
            return self
        }
        let history = self.past + happened
        try look(happened, A(from: history))
        return Scenario(past: history)
    }

    /// The refusal that is expected.
    @discardableResult
    public func thenRefused(
        _ expected: A.Refusal,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Scenario {
        switch self.outcome {
        case .success(let happened):
            Issue.record("not refused, but: \(happened)", sourceLocation: sourceLocation)
        case .failure(let refusal):
            #expect(refusal == expected, sourceLocation: sourceLocation)
        }
        return Scenario(past: self.past)
    }
}
