/// Where finished log lines go.
public struct LogSink: Sendable {
    /// Takes finished lines, the newline of each included.
    public let write: @Sendable ([UInt8]) -> Void

    /// Hands every line, newline included, to a function; it may be called from many threads at once.
    public init(_ write: @escaping @Sendable ([UInt8]) -> Void) {
        self.write = write
    }

    /// The standard output of the process; lines never interleave, and nobody waits for them.
    public static let standardOutput = LogSink { LogWriter.standardOutput.write($0) }
}
