/// One command with its arguments, all of them byte strings of known length.
///
/// There is no format string anywhere: neither a key nor a value can become part of the protocol (RD-3).
public struct RedisCommand: Sendable {
    /// All words, one behind the other: C needs one pointer per word, and one buffer can give them all.
    let bytes: [UInt8]
    /// The length of each word; the first is the command's name.
    let lengths: [Int]

    private init(bytes: [UInt8], lengths: [Int]) {
        self.bytes = bytes
        self.lengths = lengths
    }

    /// A command of texts.
    ///
    /// - Parameters:
    ///   - name: The name, like `SET`.
    ///   - arguments: Its arguments.
    public init(_ name: String, _ arguments: String...) {
        self.init(name, arguments)
    }

    /// A command of texts.
    ///
    /// - Parameters:
    ///   - name: The name, like `SET`.
    ///   - arguments: Its arguments.
    public init(_ name: String, _ arguments: [String]) {
        var bytes = Array(name.utf8)
        var lengths = [bytes.count]
        for argument in arguments {
            bytes.append(contentsOf: argument.utf8)
            lengths.append(argument.utf8.count)
        }
        self.init(bytes: bytes, lengths: lengths)
    }

    /// The same command with one more argument, which may hold any bytes.
    ///
    /// - Parameter argument: The bytes.
    /// - Returns: The longer command.
    public func appending(_ argument: some Collection<UInt8>) -> RedisCommand {
        RedisCommand(bytes: self.bytes + argument, lengths: self.lengths + [argument.count])
    }
}

extension RedisCommand: CustomStringConvertible {
    /// The name and the number of arguments, never their content.
    public var description: String {
        let name = String(decoding: self.bytes.prefix(self.lengths.first ?? 0), as: UTF8.self)
        return "\(name) with \(self.lengths.count - 1) arguments"
    }
}
