/// Collects what is wrong with a request, so that the client learns all of it at once.
///
/// ```swift
/// var errors = FieldErrors()
/// errors.check(body.durationMinutes > 0, "duration_minutes", "must be positive")
/// errors.check(!body.topic.isEmpty, "topic", "must not be empty")
/// try errors.throwIfAny()
/// ```
///
/// Beyond ``limit`` it is only noted that there are more: nobody reads them, and a hostile request could have any number.
public struct FieldErrors: Sendable {
    /// How many mistakes are told at once.
    public static let limit = 50

    /// The mistakes so far.
    public private(set) var all: [FieldError] = []
    private var hasMore = false

    /// No mistakes yet.
    public init() {}

    /// Whether there is none.
    public var isEmpty: Bool { self.all.isEmpty }

    /// Whether no further mistake will be told.
    var isFull: Bool { self.all.count >= Self.limit }

    /// Adds a mistake.
    public mutating func add(_ field: String, _ message: String) {
        self.add(FieldError(field: field, message: message))
    }

    private mutating func add(_ error: FieldError) {
        guard !self.isFull else { return self.skip() }
        self.all.append(error)
    }

    /// Notes that there are more mistakes than are told.
    mutating func skip() {
        self.hasMore = true
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
            for mistake in error.problem.errors { self.add(mistake) }
            return nil
        }
    }

    /// 400: the mistakes.
    public var problem: Problem {
        .invalid(self.hasMore ? "Only the first \(Self.limit) mistakes are listed." : nil, errors: self.all)
    }

    /// - Throws: A 400 ``Problem`` that lists the mistakes, when there are any.
    public func throwIfAny() throws(Problem) {
        guard self.isEmpty else { throw self.problem }
    }
}
