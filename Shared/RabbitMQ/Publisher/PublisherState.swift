/// What a publisher is doing; for health and metrics.
public struct PublisherState: Sendable, Equatable {
    /// Whether a connection is open.
    public internal(set) var isConnected = false
    /// The broker's reason for taking no messages, while it has a resource alarm.
    public internal(set) var blockedReason: String?
    /// How many messages wait for their confirm.
    public internal(set) var inFlight = 0
    /// How many messages wait to be written.
    public internal(set) var queued = 0
    /// How often a connection was lost or could not be made.
    public internal(set) var failures = 0
    /// Why that happened the last time; `nil` while connected.
    public internal(set) var lastError: RabbitMQError?
    /// When the connection's thread last came round.
    ///
    /// It does so twice a second, so a much older instant means that it is stuck.
    public internal(set) var lastTurn: ContinuousClock.Instant?
}
