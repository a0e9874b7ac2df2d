internal import BlockingIO

/// A thread of its own for work that blocks.
actor ConnectionThread {
    private let executor: ThreadExecutor

    init(name: String) {
        self.executor = ThreadExecutor(name: name)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    /// Runs the work on the thread.
    ///
    /// Whoever calls waits without blocking.
    func run<Result: Sendable>(_ work: @Sendable () throws -> Result) rethrows -> Result {
        try work()
    }
}
