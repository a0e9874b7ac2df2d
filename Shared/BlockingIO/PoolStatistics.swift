/// What a connection pool is doing right now, and what has happened to it since it was created.
public struct PoolStatistics: Sendable, Equatable {
    /// The most connections the pool may open.
    public var size: Int
    /// Open connections that nobody uses.
    public var idle: Int
    /// Connections that are lent or being opened.
    public var inUse: Int
    /// Callers in the queue.
    public var waiting: Int
    /// Callers refused because the queue was full or the wait too long, since the start.
    public var timeouts: Int
    /// Connections opened since the start.
    public var opened: Int
    /// Connections thrown away because they were broken, since the start.
    public var lost: Int
}
