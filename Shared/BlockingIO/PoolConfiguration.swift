/// The limits of a connection pool.
public struct PoolConfiguration: Sendable, Equatable {
    /// The most connections that are open at the same time.
    public var size: Int
    /// The most callers that may wait for a connection; one more is refused at once.
    public var maxWaiters: Int
    /// The longest a caller waits for a connection before it is refused.
    public var maxWait: Duration
    /// A connection that was idle for longer is asked whether it still works before it is lent.
    public var idleCheck: Duration

    /// Creates the limits; counts below one are raised to one.
    ///
    /// - Parameters:
    ///   - size: The most connections.
    ///   - maxWaiters: The longest queue.
    ///   - maxWait: The longest wait in that queue.
    ///   - idleCheck: The idle time after which a connection is checked before it is lent.
    public init(
        size: Int = 8,
        maxWaiters: Int = 1_000,
        maxWait: Duration = .seconds(2),
        idleCheck: Duration = .seconds(30)
    ) {
        self.size = max(1, size)
        self.maxWaiters = max(1, maxWaiters)
        self.maxWait = maxWait
        self.idleCheck = idleCheck
    }
}
