internal import NIOHTTP1

/// How the client learns where the body of an answer ends.
enum ResponseFraming {
    case none
    case length
    case chunked
    case close

    /// The framing of a service's answer.
    init(_ response: HTTPResponseHead, to exchange: borrowing ProxiedExchange) {
        let code = response.status.code
        if exchange.head.method == .HEAD || code == 204 || code == 304 || code == 101 {
            self = .none
        } else if response.headers.contains(name: "content-length"),
            !response.headers.contains(name: "transfer-encoding")
        {
            self = .length
        } else {
            self = exchange.head.version == .http1_0 ? .close : .chunked
        }
    }
}
