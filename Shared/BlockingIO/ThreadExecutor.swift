#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A serial executor that runs its jobs, in order, on one thread of its own.
///
/// An actor that is pinned to it may call blocking C functions: the thread that waits is nobody else's, so neither the
/// cooperative pool nor an event loop ever stands still. C libraries that forbid sharing a connection between threads
/// (librabbitmq's README: "You cannot share a socket, an amqp_connection_state_t, or a channel between threads") are
/// served by construction.
///
/// The thread lives until the executor is released *and* its queue is empty. An actor keeps its executor alive, and every
/// enqueued job keeps its actor alive, so no job is ever dropped.
public final class ThreadExecutor: SerialExecutor {
    private let inbox = JobInbox()

    /// Starts the thread.
    ///
    /// - Parameter name: What a debugger and `top -H` show. Linux keeps the first 15 bytes.
    public init(name: String) {
        let start = Unmanaged.passRetained(ThreadStart(name: name, inbox: self.inbox))
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, { runThread($0) }, start.toOpaque())
        // pthread_create(3): EAGAIN when the system has no more threads to give. A process in that state can not serve.
        precondition(code == 0, "pthread_create failed with \(code)")
        pthread_detach(thread)
    }

    deinit {
        self.inbox.close()
    }

    /// Hands a job to the thread; called by the Swift runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        // The job may be the last that keeps the executor alive, and may be over before `append` returns.
        let job = UnownedJob(job)
        withExtendedLifetime(self) {
            self.inbox.append(job, for: self.asUnownedSerialExecutor())
        }
    }

    /// The reference under which the runtime knows this executor.
    public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }
}

/// What a new thread needs to know; handed over to it as one retained reference.
private final class ThreadStart: Sendable {
    let name: String
    let inbox: JobInbox

    init(name: String, inbox: JobInbox) {
        self.name = name
        self.inbox = inbox
    }
}

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
    nameThread(start.name)
    while let (job, executor) = start.inbox.next() {
        job.runSynchronously(on: executor)
    }
    return nil
}

/// Names the calling thread, the proc(5) way.
///
/// Glibc declares `pthread_setname_np` only with `_GNU_SOURCE`, which Swift's import of it does not set. A name is a
/// courtesy to whoever debugs, so a system without `/proc` just has none.
private func nameThread(_ name: String) {
    guard let file = fopen("/proc/thread-self/comm", "w") else { return }
    fputs(name, file)
    fclose(file)
}
