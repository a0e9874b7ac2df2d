internal import BlockingIO
internal import CLibPQ

/// Owner of one `PGcancel`: what it takes to interrupt the statement that a connection is running.
///
/// `@unchecked Sendable`: the pointer never changes, and libpq's manual, 34.7, says of `PQcancel`: "can be safely invoked from
/// a signal handler [and] from a thread that is separate from the one manipulating the PGconn object. The PGcancel object
/// is read-only as far as PQcancel is concerned." Unchecked because the compiler can not know that.
final class PostgresCancellation: @unchecked Sendable {
    private let cancel: OpaquePointer

    /// Takes over an object that `PQgetCancel` returned.
    init(owning cancel: OpaquePointer) {
        self.cancel = cancel
    }

    deinit {
        PQfreeCancel(self.cancel)
    }

    /// Opens a connection of its own to ask the server; blocks, for ever if the server is stopped.
    func send() {
        // 256 bytes are what the manual recommends for the error text. A request that could not be delivered changes
        // nothing: the statement then ends by its own timeout.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
            _ = PQcancel(self.cancel, message.baseAddress, Int32(message.count))
        }
    }
}

/// The thread on which cancellations are sent: whoever cancels a task must not wait for a server.
actor PostgresCanceller {
    static let shared = PostgresCanceller()

    private let executor = ThreadExecutor(name: "pg-cancel")

    nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    /// - Parameter isWanted: Asked when its turn has come: a server that is stopped may hold the thread for long, and
    ///   each request costs the server a process.
    func send(_ cancellation: PostgresCancellation, ifStill isWanted: @Sendable () -> Bool) {
        if isWanted() { cancellation.send() }
    }
}
