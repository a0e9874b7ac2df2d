/// What a connection is used for.
///
/// The loop owns the connection; the role decides what happens on it.
///
/// All methods are called on the connection's thread.
protocol ConnectionRole: SendableMetatype {
    associatedtype Command: Sendable

    /// Whether the loop may end.
    var isFinished: Bool { get }
    /// Whether the loop must end at once, without a word to the broker.
    var isAbandoned: Bool { get }
    /// When `advance` must be called at the latest.
    var nextDeadline: ContinuousClock.Instant? { get }
    /// Whether there is something to write for which the socket had no room.
    var waitsForRoom: Bool { get }

    /// A connection is open: declare, subscribe.
    mutating func connected(_ connection: inout ConnectionHandle) throws(RabbitMQError)
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
