extension Problem {
    /// 400: the request is malformed or invalid.
    public static func invalid(_ detail: String? = nil, errors: [FieldError] = []) -> Problem {
        Problem(status: 400, slug: "invalid-request", title: "The request is not valid", detail: detail, errors: errors)
    }

    /// 400: one field is wrong.
    public static func invalid(_ field: String, _ message: String) -> Problem {
        .invalid(errors: [FieldError(field: field, message: message)])
    }

    /// 400: no Host header, or several.
    public static var badHost: Problem { .invalid("There has to be exactly one Host header.") }

    /// 401: who asks is not known.
    ///
    /// The same words whatever is wrong with the credentials.
    public static var unauthenticated: Problem {
        var problem = Problem(status: 401, slug: "unauthenticated", title: "Authentication is required")
        problem.headers = [("WWW-Authenticate", "Bearer")]
        return problem
    }

    /// 403: the role of who asks may not do this.
    public static var forbidden: Problem {
        Problem(status: 403, slug: "forbidden", title: "Your role does not allow this")
    }

    /// 403: who asks may not use the platform any more.
    public static var accountClosed: Problem {
        Problem(status: 403, slug: "account-closed", title: "Your account is blocked or deleted")
    }

    /// 404: there is no such thing, or it is none of the caller's business.
    public static func notFound(_ detail: String? = nil) -> Problem {
        Problem(status: 404, slug: "not-found", title: "There is no such resource", detail: detail)
    }

    /// 405: the resource exists but does not answer this method.
    public static func methodNotAllowed(_ allowed: [String]) -> Problem {
        var problem = Problem(
            status: 405,
            slug: "method-not-allowed",
            title: "The resource does not support this method"
        )
        problem.headers = [("Allow", allowed.joined(separator: ", "))]
        return problem
    }

    /// 409: the state of the resource does not allow this.
    public static func conflict(_ detail: String? = nil, slug: String = "conflict") -> Problem {
        Problem(status: 409, slug: slug, title: "The request conflicts with the current state", detail: detail)
    }

    /// 412: the resource has changed since the caller read it.
    public static var preconditionFailed: Problem {
        Problem(status: 412, slug: "precondition-failed", title: "The resource has changed since you read it")
    }

    /// 413: the body is larger than allowed.
    public static func tooLarge(limit: Int) -> Problem {
        Problem(
            status: 413,
            slug: "too-large",
            title: "The request is too large",
            detail: "The body may have \(limit) bytes at most."
        )
    }

    /// 415: the body has a media type that the resource does not read.
    public static func unsupportedMediaType(expected: String) -> Problem {
        Problem(
            status: 415,
            slug: "unsupported-media-type",
            title: "The media type of the body is not supported",
            detail: "Send \(expected)."
        )
    }

    /// 422: an idempotency key was used before, for another request.
    public static var idempotencyKeyReused: Problem {
        Problem(
            status: 422,
            slug: "idempotency-key-reused",
            title: "The idempotency key was used for another request"
        )
    }

    /// 429: the caller asks too often.
    public static func tooManyRequests(retryAfter: Int) -> Problem {
        Problem(status: 429, slug: "too-many-requests", title: "Too many requests", retryAfter: retryAfter)
    }

    /// 500: a defect.
    ///
    /// Tells nothing; the log knows.
    public static var internalError: Problem {
        Problem(status: 500, slug: "internal-error", title: "Something went wrong on our side")
    }

    /// 503: something that is needed does not work at the moment.
    public static func unavailable(_ detail: String? = nil, retryAfter: Int = 1) -> Problem {
        Problem(
            status: 503,
            slug: "unavailable",
            title: "The service is temporarily unavailable",
            detail: detail,
            retryAfter: retryAfter
        )
    }
}
