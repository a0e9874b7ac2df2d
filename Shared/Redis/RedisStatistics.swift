/// What a client has done so far, in totals that only grow, and does now.
public struct RedisStatistics: Sendable, Equatable {
    /// How many batches of commands have been answered.
    public internal(set) var roundTrips = 0
    /// How many commands have been answered, also with an error of the server.
    public internal(set) var commands = 0
    /// How many of them the server answered with an error.
    public internal(set) var serverErrors = 0
    /// How many requests got no answer: refused, timed out, or lost with their connection.
    public internal(set) var failures = 0
    /// How many times a connection has been replaced by a new one.
    public internal(set) var reconnects = 0
    /// How many requests wait or are under way now.
    public internal(set) var inFlight = 0
    /// How many connections let callers through now.
    public internal(set) var available = 0

    /// Adds two connections up.
    static func + (left: RedisStatistics, right: RedisStatistics) -> RedisStatistics {
        var sum = left
        sum.roundTrips += right.roundTrips
        sum.commands += right.commands
        sum.serverErrors += right.serverErrors
        sum.failures += right.failures
        sum.reconnects += right.reconnects
        sum.inFlight += right.inFlight
        sum.available += right.available
        return sum
    }
}
