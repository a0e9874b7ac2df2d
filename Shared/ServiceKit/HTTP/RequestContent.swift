internal import Hummingbird
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// The body of a request: read when it is asked for, once, and never beyond its limit.
final class RequestContent: Sendable {
    private let source: RequestBody
    private let limit: Int
    /// What the client promised in `Content-Length`.
    private let announced: Int?
    private let collected = Mutex<[UInt8]?>(nil)

    init(_ source: RequestBody, announced: Int?, limit: Int) {
        self.source = source
        self.announced = announced
        self.limit = limit
    }

    func collect() async throws -> [UInt8] {
        if let bytes = self.collected.withLock({ $0 }) { return bytes }
        var bytes: [UInt8] = []
        // The promise of the client is a hint, not a reason to reserve memory beyond a small body.
        bytes.reserveCapacity(min(self.announced ?? 0, self.limit, 64 * 1024))
        for try await chunk in self.chunks() { bytes.append(contentsOf: chunk) }
        self.collected.withLock { $0 = bytes }
        return bytes
    }

    func chunks() -> RequestChunks {
        RequestChunks(source: self.source, announced: self.announced, limit: self.limit)
    }
}

/// The parts of a body in the order of arrival, counted against the limit.
struct RequestChunks: AsyncSequence, Sendable {
    let source: RequestBody
    let announced: Int?
    let limit: Int

    struct Iterator: AsyncIteratorProtocol {
        var source: RequestBody.AsyncIterator
        let announced: Int?
        let limit: Int
        var count = 0

        mutating func next() async throws -> [UInt8]? {
            // A body that is announced as too large is not read at all.
            guard self.announced ?? 0 <= self.limit else { throw Problem.tooLarge(limit: self.limit) }
            guard let buffer = try await self.nextBuffer() else { return nil }
            self.count += buffer.readableBytes
            guard self.count <= self.limit else { throw Problem.tooLarge(limit: self.limit) }
            return Array(buffer.readableBytesView)
        }

        /// A client that leaves in the middle is no defect of ours.
        private mutating func nextBuffer() async throws -> ByteBuffer? {
            do {
                return try await self.source.next()
            } catch let error where error is HTTPParserError || error is IOError || error is ChannelError {
                throw Problem.invalid("The request broke off.")
            }
        }
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(source: self.source.makeAsyncIterator(), announced: self.announced, limit: self.limit)
    }
}
