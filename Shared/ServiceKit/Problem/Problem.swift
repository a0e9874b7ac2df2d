/// An answer that says why a request was not served: `application/problem+json` of RFC 9457.
///
/// Throw one from anywhere inside a handler. It is written for the client: it never carries what the client must not
/// know, and nothing in it is logged but its status and type.
public struct Problem: Error, Equatable, Sendable {
    /// The media type of the answer.
    public static let contentType = "application/problem+json"

    /// The HTTP status.
    public var status: Int
    /// Names the kind of problem for programs.
    ///
    /// It is `urn:repitbot:problem:<slug>`, and never changes.
    public var type: String
    /// The kind of problem for people; the same for every problem of the type.
    public var title: String
    /// What went wrong this time.
    public var detail: String?
    /// What is wrong with which field.
    public var errors: [FieldError]
    /// How long to wait before trying again, in seconds.
    public var retryAfter: Int?
    /// Further headers of the answer.
    public var headers: [(name: String, value: String)] = []

    /// Describes a kind of problem.
    ///
    /// - Parameters:
    ///   - status: The HTTP status.
    ///   - slug: Names the kind, in kebab case; becomes part of a URI that clients compare with.
    public init(
        status: Int,
        slug: String,
        title: String,
        detail: String? = nil,
        errors: [FieldError] = [],
        retryAfter: Int? = nil
    ) {
        self.status = status
        self.type = "urn:repitbot:problem:\(slug)"
        self.title = title
        self.detail = detail
        self.errors = errors
        self.retryAfter = retryAfter
    }

    /// Whether two problems tell a client the same.
    public static func == (left: Problem, right: Problem) -> Bool {
        left.status == right.status && left.type == right.type && left.title == right.title
            && left.detail == right.detail && left.errors == right.errors && left.retryAfter == right.retryAfter
            && left.headers.elementsEqual(right.headers, by: ==)
    }
}

/// What is wrong with one field of a request.
public struct FieldError: Codable, Hashable, Sendable {
    /// Where: `participants[0].score`.
    public let field: String
    /// What, in words that follow the name of the field: `must be a UUID`.
    public let message: String

    /// Describes a mistake.
    public init(field: String, message: String) {
        self.field = field
        self.message = message
    }
}

/// An error that knows what a client should be told about it: the refusals of a domain, above all.
public protocol ProblemConvertible: Error {
    /// What the client is told.
    var problem: Problem { get }
}

extension Problem: ProblemConvertible {
    /// Itself.
    public var problem: Problem { self }
}
