internal import CRabbitMQ

/// Throws unless the library said OK.
func check(_ status: Int32) throws(RabbitMQError) {
    guard status == AMQP_STATUS_OK.rawValue else { throw .library(status) }
}

/// Throws unless the broker answered as wished.
func check(
    _ reply: amqp_rpc_reply_t,
    orThrow makeError: (amqp_rpc_reply_t) -> RabbitMQError = RabbitMQError.reply
) throws(RabbitMQError) {
    guard reply.reply_type == AMQP_RESPONSE_NORMAL else { throw makeError(reply) }
}

extension RabbitMQError {
    /// What a status of the library means to a caller.
    static func library(_ status: Int32) -> RabbitMQError {
        let code: Code
        switch amqp_status_enum(status) {
        case AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED: code = .unreachable
        case AMQP_STATUS_CONNECTION_CLOSED, AMQP_STATUS_SOCKET_ERROR, AMQP_STATUS_SOCKET_CLOSED,
            AMQP_STATUS_HEARTBEAT_TIMEOUT, AMQP_STATUS_TCP_ERROR:
            code = .connectionLost
        case AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED, AMQP_STATUS_SSL_PEER_VERIFY_FAILED,
            AMQP_STATUS_SSL_CONNECTION_FAILED:
            code = .tlsFailed
        case AMQP_STATUS_SSL_ERROR: code = .connectionLost
        case AMQP_STATUS_TIMEOUT: code = .timeout
        default: code = .unexpected
        }
        return RabbitMQError(code, String(cString: amqp_error_string2(status)), libraryStatus: Int(status))
    }

    /// What a failed request means to a caller.
    static func reply(_ reply: amqp_rpc_reply_t) -> RabbitMQError {
        guard reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION else { return .library(reply.library_error) }
        return .method(reply.reply)
    }

    /// What a failed login means to a caller.
    ///
    /// `amqp.h` on `amqp_login`: a broker that refuses the credentials may just close the socket. With the capability
    /// `authentication_failure_close` it says AMQP 403 first.
    static func login(_ reply: amqp_rpc_reply_t) -> RabbitMQError {
        let error = Self.reply(reply)
        guard error.code == .accessRefused, error.replyCode == Int(AMQP_ACCESS_REFUSED) else { return error }
        return RabbitMQError(.authenticationFailed, error.message, replyCode: error.replyCode)
    }

    /// What the end of a channel or of a connection means to a caller.
    static func method(_ method: amqp_method_t) -> RabbitMQError {
        guard let decoded = method.decoded else { return RabbitMQError(.unexpected, "a method without content") }
        switch method.id {
        case AMQP_CHANNEL_CLOSE_METHOD:
            let close = decoded.assumingMemoryBound(to: amqp_channel_close_t.self).pointee
            return .closed(by: close.reply_code, String(close.reply_text))
        case AMQP_CONNECTION_CLOSE_METHOD:
            let close = decoded.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
            return .closed(by: close.reply_code, String(close.reply_text))
        default:
            return RabbitMQError(.unexpected, String(cString: amqp_method_name(method.id)))
        }
    }

    private static func closed(by replyCode: UInt16, _ text: String) -> RabbitMQError {
        let code: Code
        switch Int32(replyCode) {
        case AMQP_ACCESS_REFUSED, AMQP_NOT_ALLOWED: code = .accessRefused
        case AMQP_NOT_FOUND: code = .notFound
        case AMQP_RESOURCE_LOCKED: code = .resourceLocked
        case AMQP_PRECONDITION_FAILED: code = .preconditionFailed
        case AMQP_CONNECTION_FORCED: code = .connectionLost
        default: code = .unexpected
        }
        return RabbitMQError(code, text, replyCode: Int(replyCode))
    }
}
