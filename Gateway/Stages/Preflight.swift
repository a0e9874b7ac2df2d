internal import NIOHTTP1

/// A browser's question whether a page from elsewhere may call; the gateway answers it for everybody.
enum Preflight {
    static func isOne(_ exchange: borrowing ProxiedExchange, settings: AnswerSettings) -> Bool {
        guard exchange.head.method == .OPTIONS, let origin = exchange.origin, settings.allows(origin: origin) else {
            return false
        }
        return exchange.head.headers.contains(name: "access-control-request-method")
    }
}
