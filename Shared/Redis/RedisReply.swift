/// What the server answered to one command: a Swift copy that borrows nothing from C.
public enum RedisReply: Sendable, Equatable {
    /// Bytes of any content.
    case string([UInt8])
    /// A short text of the server's own, like `OK`.
    case status(String)
    /// A whole number. Lua's numbers arrive truncated, its `true` as 1.
    case integer(Int64)
    /// Replies in replies, up to seven levels deep (hiredis `read.c`).
    case array([RedisReply])
    /// No such thing. Lua's `false` and `nil` arrive so.
    case null
    /// The command was refused. ``RedisClient/send(_:)-(RedisCommand)`` throws it, a batch returns it in its place.
    case error(RedisServerError)
}

extension RedisReply {
    /// The text of a string or status; `nil` for everything else and for bytes that are not UTF-8.
    public var text: String? {
        switch self {
        case .string(let bytes): String(validating: bytes, as: UTF8.self)
        case .status(let text): text
        case .integer, .array, .null, .error: nil
        }
    }

    /// The number of an integer, or of a string that holds one, as after `INCR`; `nil` for everything else.
    public var number: Int64? {
        switch self {
        case .integer(let number): number
        case .string: self.text.flatMap { Int64($0) }
        case .status, .array, .null, .error: nil
        }
    }

    /// The replies of an array; `nil` for everything else.
    public var elements: [RedisReply]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The reply itself unless it is an error.
    ///
    /// - Throws: ``RedisError`` with code `server`.
    public func get() throws(RedisError) -> RedisReply {
        if case .error(let error) = self { throw RedisError(error) }
        return self
    }
}
