/// What a connection is used for.
///
/// The loop owns the connection; the role decides what happens on it.
///
/// All methods are called on the connection's thread.
protocol ConnectionRole: SendableMetatype {
    associatedtype Command: Sendable
    /// What a new connection is told and asked first comes to this.
    associatedtype Greeting: Sendable

    /// Whether the loop may end.
    var isFinished: Bool { get }
    /// Whether the loop must end at once, without a word to the broker.
    var isAbandoned: Bool { get }
    /// When `advance` must be called at the latest.
    var nextDeadline: ContinuousClock.Instant? { get }
    /// Whether there is something to write for which the socket had no room.
    var waitsForRoom: Bool { get }

    /// What is said first on a new connection: declare, look; runs on another thread.
    var greeting: @Sendable (inout ConnectionHandle) throws(RabbitMQError) -> Greeting { get }

    /// A connection is open and greeted.
    mutating func connected(_ greeting: Greeting)
    /// Somebody asks for something. Only take note.
    mutating func receive(_ command: Command)
    /// The broker says something. Only take note.
    mutating func receive(_ event: IncomingEvent) throws(RabbitMQError)
    /// Do what is due on the connection.
    mutating func advance(_ connection: inout ConnectionHandle) throws(RabbitMQError)
    /// The connection is about to be closed, because the role is finished.
    mutating func leave(_ connection: inout ConnectionHandle) throws(RabbitMQError)
    /// Time passes, with or without a connection.
    mutating func advance(to now: ContinuousClock.Instant)
    /// The connection is gone, or could not be made.
    mutating func disconnected(_ error: RabbitMQError)
    /// Nothing more will happen.
    mutating func finished(leftovers: [Command])
}
