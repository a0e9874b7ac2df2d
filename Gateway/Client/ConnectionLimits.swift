internal import NIOCore

/// How much one client may take, and for how long: a platform has as many connections as it has memory for.
struct ConnectionLimits: Sendable {
    /// Connections in all.
    var maximumConnections = 2000
    /// How many of them only this machine and its private network may have: probes and operators get in when all others
    /// are taken.
    var reservedConnections = 64
    /// Connections from one address, of IPv6 from one /64; our own proxies may have any number.
    var maximumConnectionsPerAddress = 50
    /// After so many requests a client has to come again, so that new gateways get their share.
    var maximumRequests = 1000
    var maximumHeaderSize = 16 << 10
    var maximumHeaderCount = 100
    /// From the first byte of a request, or of a connection, to the end of the headers.
    var headerTimeout = TimeAmount.seconds(10)
    /// Between two requests.
    var idleTimeout = TimeAmount.seconds(60)
    /// Without any progress in a body, in either direction.
    var stallTimeout = TimeAmount.seconds(30)
    /// The same for streams and WebSockets, whose ends show by a sign of life now and then that they are there.
    var pauseTimeout = TimeAmount.seconds(300)
    /// The least a client has to send of a body on average, in bytes per second, once ten seconds have passed.
    var minimumBodyRate = 1024
    /// How long a client that was refused may go on sending before it is cut off.
    var lingerTimeout = TimeAmount.seconds(2)
    /// The longest body of a refused request that is read to its end to keep the connection.
    var maximumDiscard = 64 << 10
    /// The longest body that is kept until the answer comes, in case the request has to be sent again.
    var maximumRepeatedBody = 64 << 10
    /// Streams of one HTTP/2 connection at once.
    var maximumStreams = 100
    /// Requests at once to one instance, from this gateway.
    var maximumLoad = 1024
    /// Requests at once on one event loop; more are refused at once.
    var maximumRequestsUnderWay = 2048
    /// How late an event loop with an eighth of that may be before it refuses what it would only answer later still.
    var maximumLag = TimeAmount.milliseconds(500)
}
