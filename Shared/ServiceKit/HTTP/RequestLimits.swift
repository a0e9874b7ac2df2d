/// What a client may do to a connection before it is cut.
///
/// Hummingbird leaves most of this open: it never closes an idle connection unless it is told to, and a client that
/// sends its body one byte at a time, or never reads the answer, holds a connection for ever.
public struct RequestLimits: Sendable {
    /// The longest URL, in bytes.
    static let urlLength = 8 * 1024

    /// All header fields together, in bytes.
    public var headerBytes = 16 * 1024
    /// How many header fields.
    public var headerFields = 100
    /// How long a connection may take to send the head of its first request.
    public var headTimeout = Duration.seconds(10)
    /// How long a connection may wait between requests.
    public var idleTimeout = Duration.seconds(60)
    /// How long a body may be slower than ``minimumBodyRate`` at its beginning.
    public var bodyGrace = Duration.seconds(10)
    /// How fast a body must arrive after that, on average, in bytes per second.
    public var minimumBodyRate = 1024
    /// How long a client may leave an answer unread.
    public var writeStall = Duration.seconds(30)
    /// How long the rest of a body is taken, and thrown away, after the answer was sent.
    public var drain = Duration.seconds(2)
    /// How many connections at once; further ones wait in the backlog.
    public var connections = 2000

    /// The limits of the platform.
    public init() {}
}
