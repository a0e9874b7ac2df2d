import NIOCore
import NIOPosix

/// A client that sends whatever bytes it likes, at its own pace.
enum RawConnection {
    /// Sends `pieces` and returns everything that the server says until it closes the connection.
    ///
    /// - Parameter between: Waits between two pieces; the rest is not sent when it throws.
    static func exchange(
        port: Int,
        _ pieces: [String],
        between: @escaping @Sendable () async throws -> Void = {}
    ) async throws -> String {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: String?.self) { group in
                group.addTask {
                    var received = ByteBuffer()
                    do {
                        for try await buffer in inbound { received.writeImmutableBuffer(buffer) }
                    } catch is IOError {
                        // The server cut the connection: what it said before still counts.
                    }
                    return String(buffer: received)
                }
                group.addTask {
                    do {
                        for piece in pieces {
                            try await outbound.write(ByteBuffer(string: piece))
                            try await between()
                        }
                    } catch is ChannelError {
                        // The server does not listen any more.
                    } catch is IOError {
                    }
                    return nil
                }
                defer { group.cancelAll() }
                while let result = try await group.next() {
                    if let result { return result }
                }
                return ""
            }
        }
    }
}
