internal import CHiredis

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The owner of one hiredis context, and the only place where its pointers are seen.
///
/// "Once an error is returned the context cannot be reused and you should set up a new connection" (README of hiredis
/// 0.14.1, "Using replies"); else a late reply would answer the next command. The connection takes the handle out of itself
/// before every round trip and puts it back only after the last reply, so a thrown error frees the context by leaving the
/// scope (RD-2).
///
/// The context is non-blocking and every wait is a `poll` with a deadline: hiredis's own time-outs are `SO_RCVTIMEO`, which
/// starts again with each byte that a slow server lets drip.
struct RedisHandle: ~Copyable {
    private let context: UnsafeMutablePointer<redisContext>
    /// Whether commands were appended that the socket has not accepted yet.
    private var hasOutput = false

    private init(owning context: UnsafeMutablePointer<redisContext>) {
        self.context = context
    }

    deinit {
        redisFree(self.context)
    }

    /// Resolves the host, which may block for as long as the resolver likes, and starts to connect.
    ///
    /// A connection that is refused or goes nowhere shows in the first ``nextReply(until:)``.
    static func connecting(to host: String, port: Int) throws(RedisError) -> RedisHandle {
        guard let port = Int32(exactly: port), let context = redisConnectNonBlock(host, port) else {
            throw RedisError(.invalidConfiguration, "no context for this port")
        }
        let handle = RedisHandle(owning: context)
        if let failure = handle.failure { throw failure }
        return handle
    }

    /// Whether nothing has arrived unasked.
    ///
    /// Between round trips that could only be the end of the connection, or bytes that would be taken for the next answer.
    var isQuiet: Bool {
        guard let reader = self.context.pointee.reader, reader.pointee.pos == reader.pointee.len else { return false }
        var descriptor = pollfd(fd: self.context.pointee.fd, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) == 0
    }

    /// Adds a command to the pipeline; the next ``nextReply(until:)`` sends it.
    mutating func append(_ command: RedisCommand) throws(RedisError) {
        let code = command.bytes.withUnsafeBytes { bytes in
            var word = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            var words: [UnsafePointer<CChar>?] = []
            words.reserveCapacity(command.lengths.count)
            for length in command.lengths {
                words.append(word)
                word = word?.advanced(by: length)
            }
            return redisAppendCommandArgv(self.context, Int32(words.count), &words, command.lengths)
        }
        guard code == REDIS_OK else { throw self.currentFailure }
        self.hasOutput = true
    }

    /// Waits for the answer to the oldest command that has none yet, sending what is left to send meanwhile.
    mutating func nextReply(until deadline: ContinuousClock.Instant) throws(RedisError) -> RedisReply {
        while true {
            if let reply = try self.bufferedReply() { return reply }
            try self.transfer(until: deadline)
        }
    }

    /// Takes a reply that has been read completely.
    private func bufferedReply() throws(RedisError) -> RedisReply? {
        var pointer: UnsafeMutableRawPointer?
        guard redisGetReplyFromReader(self.context, &pointer) == REDIS_OK else { throw self.currentFailure }
        guard let pointer else { return nil }
        defer { freeReplyObject(pointer) }
        return try RedisReply(copying: pointer.assumingMemoryBound(to: redisReply.self).pointee)
    }

    /// Waits until the socket is ready and moves bytes in both directions, so that neither side's full buffer blocks the
    /// other.
    private mutating func transfer(until deadline: ContinuousClock.Instant) throws(RedisError) {
        let ready = try self.wait(for: self.hasOutput ? POLLIN | POLLOUT : POLLIN, until: deadline)
        if self.hasOutput, ready & POLLOUT != 0 {
            var isDone: Int32 = 0
            guard redisBufferWrite(self.context, &isDone) == REDIS_OK else { throw self.currentFailure }
            self.hasOutput = isDone == 0
        }
        // Not only POLLIN: an error or a hang-up (POLLERR, POLLHUP) gets its text from the attempt to read.
        if ready & ~POLLOUT != 0 {
            guard redisBufferRead(self.context) == REDIS_OK else { throw self.currentFailure }
        }
    }

    /// Waits for the socket and answers what it is ready for.
    private func wait(for events: Int32, until deadline: ContinuousClock.Instant) throws(RedisError) -> Int32 {
        var descriptor = pollfd(fd: self.context.pointee.fd, events: Int16(events), revents: 0)
        while true {
            let remaining = ContinuousClock.now.duration(to: deadline)
            guard remaining > .zero else { throw RedisError(.timedOut, "the server did not answer") }
            // Rounded up: poll(2) counts in milliseconds, and 0 would mean not to wait.
            let count = poll(&descriptor, 1, Int32(clamping: Int64(remaining / .milliseconds(1)) + 1))
            if count > 0 { return Int32(descriptor.revents) }
            if count < 0, errno != EINTR { throw RedisError(.connectionLost, String(cString: strerror(errno))) }
        }
    }

    /// The error that the context is in, in the C library's words.
    private var failure: RedisError? {
        let error = self.context.pointee.err
        guard error != 0 else { return nil }
        let text = withUnsafeBytes(of: &self.context.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return RedisError(error == REDIS_ERR_PROTOCOL ? .protocolViolation : .connectionLost, text)
    }

    /// The error after a call of C that failed.
    private var currentFailure: RedisError {
        self.failure ?? RedisError(.connectionLost, "hiredis failed without a reason")
    }
}

extension RedisReply {
    /// Copies a reply of hiredis, at most seven levels deep (`read.c` refuses more).
    fileprivate init(copying reply: redisReply) throws(RedisError) {
        switch reply.type {
        case REDIS_REPLY_STRING:
            self = .string(Array(reply.bytes))
        case REDIS_REPLY_STATUS:
            self = .status(String(decoding: reply.bytes, as: UTF8.self))
        case REDIS_REPLY_ERROR:
            self = .error(RedisServerError(message: String(decoding: reply.bytes, as: UTF8.self)))
        case REDIS_REPLY_INTEGER:
            self = .integer(reply.integer)
        case REDIS_REPLY_NIL:
            self = .null
        case REDIS_REPLY_ARRAY:
            var elements: [RedisReply] = []
            for case .some(let element) in UnsafeBufferPointer(start: reply.element, count: reply.elements) {
                elements.append(try RedisReply(copying: element.pointee))
            }
            self = .array(elements)
        default:
            throw RedisError(.protocolViolation, "hiredis gave a reply of unknown type \(reply.type)")
        }
    }
}

extension redisReply {
    /// The text, borrowed: valid until the reply is freed.
    fileprivate var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self.str, count: self.len)
    }
}
