internal import ServiceKit

/// What the gateway refuses by itself, besides what every service refuses.
extension Problem {
    /// 400: the bytes are not a request that has one meaning only.
    static var malformed: Problem { .invalid("The request is not HTTP/1.1 as RFC 9112 has it.") }

    /// 400: the path could be read in two ways, or holds what no path of ours holds.
    static var badTarget: Problem { .invalid("The path holds what no path of ours may hold.") }

    /// 408: the request came too slowly.
    static var tooSlow: Problem {
        Problem(status: 408, slug: "request-timeout", title: "The request did not arrive in time")
    }

    /// 414: the path and the query are too long.
    static var targetTooLong: Problem {
        Problem(status: 414, slug: "uri-too-long", title: "The path and query are too long")
    }

    /// 417: something else than `100-continue` is expected.
    static var unknownExpectation: Problem {
        Problem(status: 417, slug: "expectation-failed", title: "The expectation can not be met")
    }

    /// 431: the headers are too long or too many.
    static var headersTooLarge: Problem {
        Problem(status: 431, slug: "headers-too-large", title: "The headers are too large")
    }

    /// 503: the service broke off before it had answered; what became of the request is not known.
    static var badGateway: Problem {
        Problem(
            status: 503,
            slug: "bad-gateway",
            title: "The service broke off before it had answered",
            retryAfter: 1
        )
    }

    /// 503: more is asked than can be served.
    static var overloaded: Problem {
        Problem(status: 503, slug: "overloaded", title: "Too much is asked at this moment", retryAfter: 1)
    }

    /// 503: the service did not answer within its deadline; what became of the request is not known.
    static var gatewayTimeout: Problem {
        Problem(status: 503, slug: "gateway-timeout", title: "The service did not answer in time", retryAfter: 1)
    }
}
