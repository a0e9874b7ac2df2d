internal import Contracts
internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit

/// A request that is under way to a service, and those that are the same and wait for its answer.
///
/// What has come of the answer is kept for them, up to a limit: the one place where the gateway collects anything, and
/// only where a route says so.
final class Flight {
    /// A complete answer for those that waited.
    struct Shared {
        let head: HTTPResponseHead
        let body: ByteBuffer
    }

    /// What makes two requests the same: who asks for what, in which form.
    struct Key: Hashable {
        private let target: String
        private let caller: String
        private let variant: [String]

        /// - Returns: `nil` if the request asks for a part, or only for news: answers to that are the client's own.
        init?(_ exchange: borrowing ProxiedExchange) {
            var variant: [String] = []
            for (name, value) in exchange.head.headers {
                switch name.lowercased() {
                case "accept", "accept-language", "accept-encoding": variant.append("\(name.lowercased()): \(value)")
                case "range", "if-none-match", "if-modified-since", "if-match", "if-range", "cookie": return nil
                default: continue
                }
            }
            self.target = exchange.head.uri
            self.variant = variant
            switch exchange.caller {
            case .person(let person): self.caller = "\(person.limitKey) \(person.principal.role.rawValue)"
            case .anonymous, .refused: self.caller = ""
            }
            // A token that nobody looked at may still decide what the service answers.
            if self.caller.isEmpty && exchange.authorization != nil { return nil }
        }
    }

    /// Longer answers are not kept; whoever waits asks for himself then.
    static let maximumLength = 256 << 10

    let key: Key
    private(set) var isKept = true
    private var head: HTTPResponseHead?
    private var body = ByteBuffer()
    private var waiting: [(connection: ClientConnection, serial: UInt64)] = []

    init(key: Key) {
        self.key = key
    }

    func join(_ connection: ClientConnection) {
        self.waiting.append((connection, connection.serial))
    }

    /// The answer has begun; with a failure of the service whoever waits is better served by asking again.
    func began(_ head: HTTPResponseHead) {
        self.head = head
        if head.status.code >= 500 { self.giveUp() }
    }

    func received(_ body: ByteBuffer) {
        guard self.isKept else { return }
        var body = body
        guard self.body.readableBytes + body.readableBytes <= Self.maximumLength else { return self.giveUp() }
        self.body.writeBuffer(&body)
    }

    /// The request is over: gives everybody who waits the answer, or has them ask by themselves.
    ///
    /// - Parameter isComplete: Whether the whole answer has come.
    func land(isComplete: Bool) {
        let shared = isComplete && self.isKept ? self.head.map { Shared(head: $0, body: self.body) } : nil
        let waiting = self.waiting
        self.waiting = []
        for (connection, serial) in waiting { connection.resume(serial) { $0.sharedAnswer = shared } }
    }

    private func giveUp() {
        self.isKept = false
        self.body = ByteBuffer()
        self.land(isComplete: false)
    }
}
