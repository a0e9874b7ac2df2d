internal import NIOCore
internal import NIOHTTP1

/// Writes answers in the client's protocol.
///
/// Nothing is sent before ``flush(_:promise:)``: what comes in one turn of the loop leaves in one system call.
protocol ClientEncoder: AnyObject {
    /// Whether the connection carries other requests at the same time, and lives on whatever becomes of this one.
    var isMultiplexed: Bool { get }

    /// Begins a service's answer.
    ///
    /// - Parameters:
    ///   - response: The service's.
    ///   - exchange: What it answers.
    ///   - settings: What answers depend on besides.
    ///   - closes: Whether the connection ends with the answer.
    /// - Returns: Whether it has to, because nothing else can tell the client where the body ends.
    func begin(
        _ response: HTTPResponseHead,
        to exchange: borrowing ProxiedExchange,
        settings: borrowing AnswerSettings,
        closes: Bool,
        _ context: ChannelHandlerContext
    ) -> Bool

    /// Continues the answer that was begun.
    func send(_ body: ByteBuffer, _ context: ChannelHandlerContext)

    /// Ends the answer that was begun.
    func end(_ context: ChannelHandlerContext)

    /// Writes a complete answer of the gateway's own.
    func write(
        _ answer: Answer,
        to exchange: borrowing ProxiedExchange,
        settings: borrowing AnswerSettings,
        closes: Bool,
        _ context: ChannelHandlerContext
    )

    /// Asks the client to send the body it holds back (RFC 9110 section 10.1.1).
    func writeContinue(_ context: ChannelHandlerContext)

    /// Gives memory back that is only of use while there is an answer.
    func rest()

    /// Hands everything to the channel.
    func flush(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?)
}
