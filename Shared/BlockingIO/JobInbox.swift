internal import DequeModule

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The queue between those who enqueue jobs and the one thread that runs them.
///
/// `@unchecked Sendable`: `jobs` and `isClosed` are only touched between lock and unlock of `mutex`; the two pointers are
/// set once and freed by the last owner. Unchecked because the compiler can not see what a pthread mutex guards
/// (`Synchronization.Mutex` offers no condition to wait for).
final class JobInbox: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var jobs: Deque<(job: UnownedJob, executor: UnownedSerialExecutor)> = []
    private var isClosed = false

    init() {
        self.mutex = .allocate(capacity: 1)
        self.condition = .allocate(capacity: 1)
        pthread_mutex_init(self.mutex, nil)
        pthread_cond_init(self.condition, nil)
    }

    deinit {
        pthread_cond_destroy(self.condition)
        pthread_mutex_destroy(self.mutex)
        self.condition.deallocate()
        self.mutex.deallocate()
    }

    func append(_ job: UnownedJob, for executor: UnownedSerialExecutor) {
        pthread_mutex_lock(self.mutex)
        self.jobs.append((job, executor))
        // Before the lock is given back: right after it the thread may run the last job, end, and take the condition along.
        pthread_cond_signal(self.condition)
        pthread_mutex_unlock(self.mutex)
    }

    func close() {
        pthread_mutex_lock(self.mutex)
        self.isClosed = true
        pthread_cond_signal(self.condition)
        pthread_mutex_unlock(self.mutex)
    }

    /// Waits for the next job; `nil` once the inbox is closed and empty.
    func next() -> (job: UnownedJob, executor: UnownedSerialExecutor)? {
        pthread_mutex_lock(self.mutex)
        defer { pthread_mutex_unlock(self.mutex) }
        while true {
            if let next = self.jobs.popFirst() { return next }
            if self.isClosed { return nil }
            pthread_cond_wait(self.condition, self.mutex)
        }
    }
}
