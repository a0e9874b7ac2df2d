internal import CRabbitMQ

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The owner of one connection of librabbitmq, with one channel.
///
/// It stays on the thread that made it ("You cannot share a socket, an amqp_connection_state_t, or a channel between
/// threads", README of rabbitmq-c). It is not `Sendable`, and everything that leaves it is a Swift copy. After any error
/// that it throws it may only be dropped: the library may have written half a frame, so not even a polite close is safe.
struct ConnectionHandle: ~Copyable {
    /// The one channel in steady use.
    static let channel: amqp_channel_t = 1

    let state: amqp_connection_state_t
    let socketGuard: SocketGuard
    /// How long writing may block before the watchdog shuts the socket.
    let writeLimit: Duration
    /// How long a request may block before the watchdog shuts the socket: the library's own limit comes first.
    let requestLimit: Duration
    var scratch: Scratch
    /// The message whose frames are arriving.
    var assembly: MessageAssembly?
    private(set) var descriptor: Int32 = -1

    /// Nothing is connected yet.
    init(_ configuration: RabbitMQConfiguration, socketGuard: SocketGuard) throws(RabbitMQError) {
        guard let state = amqp_new_connection() else { throw .library(AMQP_STATUS_NO_MEMORY.rawValue) }
        self.state = state
        self.socketGuard = socketGuard
        self.writeLimit = configuration.publishTimeout
        self.requestLimit = configuration.rpcTimeout + .seconds(1)
        self.scratch = Scratch()
    }

    deinit {
        self.socketGuard.release()
        amqp_destroy_connection(self.state)
    }

    /// Connects, logs in and opens the channel.
    mutating func open(
        _ host: RabbitMQConfiguration.Host,
        _ configuration: RabbitMQConfiguration
    ) throws(RabbitMQError) {
        do throws(RabbitMQError) {
            try self.openSocket(host: host, configuration: configuration)
            try self.logIn(configuration)
        } catch {
            guard error.code == .connectionLost || error.code == .timeout else { throw error }
            throw RabbitMQError(.unreachable, "\(host): \(error.message)", libraryStatus: error.libraryStatus)
        }
        try self.openChannel(Self.channel)
    }

    private mutating func openSocket(
        host: RabbitMQConfiguration.Host,
        configuration: RabbitMQConfiguration
    ) throws(RabbitMQError) {
        let socket: OpaquePointer
        if let tls = configuration.tls {
            socket = try self.makeEncryptedSocket(tls)
        } else {
            // The connection owns the socket from here on: amqp_destroy_connection deletes it.
            guard let plain = amqp_tcp_socket_new(self.state) else { throw .library(AMQP_STATUS_NO_MEMORY.rawValue) }
            socket = plain
        }
        var limit = timeval(configuration.connectTimeout)
        try check(amqp_socket_open_noblock(socket, host.name, Int32(host.port), &limit))
        self.descriptor = amqp_socket_get_sockfd(socket)
        self.socketGuard.watch(self.descriptor)
    }

    private func makeEncryptedSocket(_ tls: RabbitMQConfiguration.TLS) throws(RabbitMQError) -> OpaquePointer {
        guard let socket = amqp_ssl_socket_new(self.state) else { throw .library(AMQP_STATUS_SSL_ERROR.rawValue) }
        // By default 0.11 verifies, but trusts no authority and accepts TLS 1.0.
        amqp_ssl_socket_set_verify_peer(socket, 1)
        amqp_ssl_socket_set_verify_hostname(socket, 1)
        try check(amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST))
        guard amqp_ssl_socket_set_cacert(socket, tls.certificateAuthorityFile) == AMQP_STATUS_OK.rawValue else {
            throw .invalidConfiguration("the authorities in \(tls.certificateAuthorityFile) can not be read")
        }
        if let certificate = tls.certificateFile, let key = tls.keyFile {
            guard amqp_ssl_socket_set_key(socket, certificate, key) == AMQP_STATUS_OK.rawValue else {
                throw .invalidConfiguration("the certificate \(certificate) or its key can not be read")
            }
        }
        return socket
    }

    private mutating func logIn(_ configuration: RabbitMQConfiguration) throws(RabbitMQError) {
        var handshakeLimit = timeval(configuration.connectTimeout)
        try check(amqp_set_handshake_timeout(self.state, &handshakeLimit))
        var rpcLimit = timeval(configuration.rpcTimeout)
        try check(amqp_set_rpc_timeout(self.state, &rpcLimit))
        defer { self.scratch.recycle() }
        var properties = try self.scratch.table([
            "connection_name": .string(configuration.connectionName),
            "capabilities": .table(Self.capabilities),
        ])
        let reply = repitbot_amqp_login_plain(
            self.state,
            configuration.virtualHost,
            Self.frameSize,
            Int32(configuration.heartbeat.components.seconds),
            &properties,
            configuration.username,
            configuration.password
        )
        try check(reply, orThrow: RabbitMQError.login)
        amqp_maybe_release_buffers(self.state)
    }

    /// RabbitMQ's default.
    ///
    /// The library decodes nested tables without a limit of depth; this bounds them to what the stack of a thread
    /// holds.
    private static let frameSize: Int32 = 131_072

    /// What the broker may send us.
    ///
    /// Without `consumer_cancel_notify` a consumer hangs silently when its queue is deleted; without
    /// `connection.blocked` an alarm can not be told from a slow broker. The library merges this with its own
    /// (`authentication_failure_close`, `exchange_exchange_bindings`); both are repeated so that the list is complete.
    private static let capabilities: [String: HeaderValue] = [
        "authentication_failure_close": .boolean(true),
        "basic.nack": .boolean(true),
        "connection.blocked": .boolean(true),
        "consumer_cancel_notify": .boolean(true),
        "exchange_exchange_bindings": .boolean(true),
        "publisher_confirms": .boolean(true),
    ]

    /// Says goodbye to the broker.
    ///
    /// Only for a connection that never failed.
    consuming func close() throws(RabbitMQError) {
        let state = self.state
        // Nothing depends on the answer, so it is not worth waiting long.
        var limit = timeval(.seconds(1))
        try check(amqp_set_rpc_timeout(state, &limit))
        try check(self.guarded(self.requestLimit) { amqp_connection_close(state, AMQP_REPLY_SUCCESS) })
    }

    /// Whether the socket takes at least some bytes without blocking.
    var isWritable: Bool {
        var entry = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&entry, 1, 0) == 1 && entry.revents & Int16(POLLOUT) != 0
    }

    /// Whether something was read from the socket already that `nextEvent` has not returned yet.
    var hasBufferedInput: Bool {
        amqp_frames_enqueued(self.state) != 0 || amqp_data_in_buffer(self.state) != 0
    }

    /// Waits until the socket has something to read.
    func waitForInput(until deadline: ContinuousClock.Instant) {
        guard !self.hasBufferedInput else { return }
        let milliseconds = Int32(clamping: Int64((deadline - .now) / .milliseconds(1)))
        var entry = pollfd(fd: self.descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, max(1, milliseconds))
    }

    /// Runs a call that may block while the watchdog looks on.
    borrowing func guarded<Result>(_ limit: Duration, _ call: () -> Result) -> Result {
        self.socketGuard.guarding(for: limit, call)
    }
}

extension timeval {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
