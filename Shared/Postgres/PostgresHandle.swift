internal import CLibPQ

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Owner of one `PGconn` in non-blocking pipeline mode.
///
/// One method per C operation. Not thread-safe: libpq's manual, 34.20: "no two threads attempt to manipulate the same PGconn
/// object at the same time"; the connection's actor sees to that.
struct PostgresHandle: ~Copyable {
    enum Readiness {
        case ready
        case timedOut
    }

    private let connection: OpaquePointer

    /// Connects; blocks for `connect_timeout` per address at most (and for name resolution).
    ///
    /// `PQconnectdbParams` instead of `PQconnectPoll` because only the former applies `connect_timeout`, address by address.
    static func connect(keywords: [(name: String, value: String)]) throws(PostgresError) -> PostgresHandle {
        let connection = withCStrings(keywords.map(\.name)) { names in
            withCStrings(keywords.map(\.value)) { values in
                PQconnectdbParams(names, values, 0)
            }
        }
        guard let connection else { throw PostgresError(.connectFailed, "out of memory") }
        let handle = PostgresHandle(owning: connection)
        guard handle.isConnected else { throw PostgresError(.connectFailed, handle.errorMessage) }
        // Without a processor of our own, libpq prints notices to stderr; they may quote data, so they go nowhere.
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else {
            throw PostgresError(.connectFailed, handle.errorMessage)
        }
        return handle
    }

    private init(owning connection: OpaquePointer) {
        self.connection = connection
    }

    deinit {
        // Manual, 34.1: "even if the server connection attempt fails, the application should call PQfinish".
        PQfinish(self.connection)
    }

    /// The text of the last error on this connection.
    var errorMessage: String {
        guard let text = PQerrorMessage(self.connection) else { return "" }
        var message = String(cString: text)
        while message.last?.isNewline == true { message.removeLast() }
        return message
    }

    var isConnected: Bool { PQstatus(self.connection) == CONNECTION_OK }

    /// Whether no transaction is open and nothing is under way.
    var isIdle: Bool { PQtransactionStatus(self.connection) == PQTRANS_IDLE }

    /// Whether a transaction is open, healthy or failed.
    var isInTransaction: Bool {
        let status = PQtransactionStatus(self.connection)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// Whether the open transaction accepts nothing but its end.
    var isInFailedTransaction: Bool { PQtransactionStatus(self.connection) == PQTRANS_INERROR }

    /// Whether a result can be taken without waiting for the server.
    var hasResult: Bool { PQisBusy(self.connection) == 0 }

    func makeCancellation() -> PostgresCancellation? {
        PQgetCancel(self.connection).map(PostgresCancellation.init(owning:))
    }

    func prepare(_ name: String, _ text: String, types: [PostgresType]) -> Bool {
        types.map(\.rawValue).withUnsafeBufferPointer { types in
            PQsendPrepare(self.connection, name, text, Int32(types.count), types.baseAddress) == 1
        }
    }

    func execute(_ name: String, _ arguments: Arguments) -> Bool {
        arguments.withCStrings { values in
            PQsendQueryPrepared(self.connection, name, Int32(arguments.count), values, nil, nil, 0) == 1
        }
    }

    /// Ends an implicit transaction and the skipping after an error; everything queued is on its way afterwards.
    func sync() -> Bool {
        PQpipelineSync(self.connection) == 1
    }

    /// Asks the server to send what it has without waiting for the next sync.
    func requestFlush() -> Bool {
        PQsendFlushRequest(self.connection) == 1
    }

    /// Starts one or several statements, separated by semicolons, without parameters; only outside pipeline mode.
    func startScript(_ text: String) -> Bool {
        PQsendQuery(self.connection, text) == 1
    }

    func enterPipelineMode() -> Bool { PQenterPipelineMode(self.connection) == 1 }

    func exitPipelineMode() -> Bool { PQexitPipelineMode(self.connection) == 1 }

    /// Queues COPY data; `false` when libpq's buffer is full and must be flushed first.
    func putCopyData(_ bytes: [UInt8]) throws(PostgresError) -> Bool {
        let outcome = bytes.withUnsafeBytes { bytes in
            PQputCopyData(self.connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        guard outcome >= 0 else { throw self.lost() }
        return outcome == 1
    }

    /// Ends COPY, with an error text to make the server discard it; `false` when the buffer must be flushed first.
    func putCopyEnd(refusal: String?) throws(PostgresError) -> Bool {
        let outcome = PQputCopyEnd(self.connection, refusal)
        guard outcome >= 0 else { throw self.lost() }
        return outcome == 1
    }

    /// Takes the next result, where `nil` ends the results of a statement; blocks unless `hasResult`.
    func takeResult() -> PostgresResult? {
        PQgetResult(self.connection).map(PostgresResult.init(owning:))
    }

    /// Takes a notification that has arrived.
    func takeNotification() -> (channel: String, payload: String)? {
        guard let notification = PQnotifies(self.connection) else { return nil }
        defer { PQfreemem(notification) }
        return (String(cString: notification.pointee.relname), String(cString: notification.pointee.extra))
    }

    /// Writes what the socket takes; whether anything is left.
    func flush() throws(PostgresError) -> Bool {
        let outcome = PQflush(self.connection)
        guard outcome >= 0 else { throw self.lost() }
        return outcome == 1
    }

    /// Waits until something arrived or, if `orWritable`, until the socket takes more; reads what arrived.
    ///
    /// Reading while writing is what makes pipelines safe: a server that waits for us to read its answers would never read
    /// our questions (manual, 34.5.1.1).
    func wait(until deadline: ContinuousClock.Instant, orWritable: Bool) throws(PostgresError) -> Readiness {
        // libpq closes the socket itself when it gives up; poll would ignore the -1 and wait.
        guard PQsocket(self.connection) >= 0 else { throw self.lost() }
        let interest = Int16(POLLIN) | (orWritable ? Int16(POLLOUT) : 0)
        var descriptor = pollfd(fd: PQsocket(self.connection), events: interest, revents: 0)
        while true {
            let remaining = ContinuousClock.now.duration(to: deadline).milliseconds
            let outcome = poll(&descriptor, 1, Int32(clamping: max(0, remaining + 1)))
            if outcome > 0 { break }
            if outcome == 0 {
                if ContinuousClock.now >= deadline { return .timedOut }
            } else if errno != EINTR {
                throw PostgresError(.connectionLost, "poll failed with \(errno)")
            }
        }
        guard descriptor.revents & ~Int16(POLLOUT) != 0 else { return .ready }
        try self.read()
        return .ready
    }

    /// Whether anything arrived, or the server hung up, while nothing was expected.
    var hasInput: Bool {
        var descriptor = pollfd(fd: PQsocket(self.connection), events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 0) != 0
    }

    /// Reads what has arrived.
    func read() throws(PostgresError) {
        guard PQconsumeInput(self.connection) == 1 else { throw self.lost() }
    }

    func lost() -> PostgresError {
        PostgresError(.connectionLost, self.errorMessage)
    }

    /// Splits a connection string into its parts.
    static func parse(connectionString: String) throws -> [String: String] {
        var problem: UnsafeMutablePointer<CChar>?
        let options = PQconninfoParse(connectionString, &problem)
        defer { PQfreemem(problem) }
        guard let options else {
            // libpq's text quotes the string, and the string contains the password.
            throw PostgresError(.invalidConfiguration, "the connection string does not parse")
        }
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return values
    }
}

/// Lends an array of strings as a null-terminated array of C strings.
private func withCStrings<R>(_ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R) -> R {
    let bytes = strings.map(\.utf8CString)
    var pointers: [UnsafePointer<CChar>?] = []
    func lend(_ index: Int) -> R {
        guard index < bytes.count else {
            pointers.append(nil)
            return pointers.withUnsafeBufferPointer { buffer in
                // Never nil: the array holds at least its terminator.
                guard let base = buffer.baseAddress else { preconditionFailure("an array without storage") }
                return body(base)
            }
        }
        return bytes[index].withUnsafeBufferPointer { buffer in
            pointers.append(buffer.baseAddress)
            return lend(index + 1)
        }
    }
    return lend(0)
}
