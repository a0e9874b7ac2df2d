internal import Crypto

/// A Lua script and the digest by which the server knows it.
public struct RedisScript: Sendable {
    /// The source text.
    public let source: String
    /// The SHA-1 digest in lower-case hexadecimal, as `SCRIPT LOAD` answers it.
    public let sha1: String

    /// Computes the digest.
    ///
    /// - Parameter source: The Lua text.
    public init(_ source: String) {
        self.source = source
        self.sha1 = Insecure.SHA1.hash(data: Array(source.utf8)).lazy
            .map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }
            .joined()
    }

    /// Runs the script that the server has cached; it answers `NOSCRIPT` if it has not.
    func evaluateCached(keys: [String], arguments: [String]) -> RedisCommand {
        RedisCommand("EVALSHA", [self.sha1, String(keys.count)] + keys + arguments)
    }

    /// Runs the script from its source, which the server caches thereby.
    func evaluate(keys: [String], arguments: [String]) -> RedisCommand {
        RedisCommand("EVAL", [self.source, String(keys.count)] + keys + arguments)
    }
}
