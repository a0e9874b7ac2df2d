/// What a consumer is doing; for health and metrics.
public struct ConsumerState: Sendable, Equatable {
    /// Whether a connection is open.
    public internal(set) var isConnected = false
    /// Whether the broker may send deliveries.
    public internal(set) var isConsuming = false
    /// Whether `pause` was called and `resume` was not.
    public internal(set) var isPaused = false
    /// Whether the last batch is being handled and no other will be.
    public internal(set) var isShuttingDown = false
    /// How many deliveries wait here for their turn.
    public internal(set) var buffered = 0
    /// How often a connection was lost or could not be made.
    public internal(set) var failures = 0
    /// Why that happened the last time; `nil` while connected.
    public internal(set) var lastError: RabbitMQError?
    /// When the connection's thread last came round.
    ///
    /// It does so twice a second, so a much older instant means that it is stuck.
    public internal(set) var lastTurn: ContinuousClock.Instant?
}
