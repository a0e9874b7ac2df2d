/// Collects what is wrong with a request, so that the client learns all of it at once.
///
/// ```swift
/// var errors = FieldErrors()
/// errors.check(body.durationMinutes > 0, "duration_minutes", "must be positive")
/// errors.check(!body.topic.isEmpty, "topic", "must not be empty")
/// try errors.throwIfAny()
/// ```
public struct FieldErrors: Sendable {
    /// The mistakes so far.
    public private(set) var all: [FieldError] = []

    /// No mistakes yet.
    public init() {}

    /// Whether there is none.
    public var isEmpty: Bool { self.all.isEmpty }

    /// Adds a mistake.
    public mutating func add(_ field: String, _ message: String) {
        self.all.append(FieldError(field: field, message: message))
    }

    /// Adds a mistake unless `condition` holds.
    public mutating func check(_ condition: Bool, _ field: String, _ message: @autoclosure () -> String) {
        if !condition { self.add(field, message()) }
    }

    /// Makes a value, or notes what is wrong with the field that it comes from.
    ///
    /// - Throws: What is no mistake in a field.
    public mutating func value<Value>(_ make: () throws -> Value) throws -> Value? {
        do {
            return try make()
        } catch let error as any ProblemConvertible where !error.problem.errors.isEmpty {
            self.all += error.problem.errors
            return nil
        }
    }

    /// 400: all mistakes.
    public var problem: Problem { .invalid(errors: self.all) }

    /// - Throws: A 400 ``Problem`` that lists every mistake, when there is one.
    public func throwIfAny() throws(Problem) {
        guard self.isEmpty else { throw self.problem }
    }
}
