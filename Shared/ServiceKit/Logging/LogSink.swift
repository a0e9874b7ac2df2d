internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Where finished log lines go.
public struct LogSink: Sendable {
    /// Takes finished lines, the newline of each included.
    public let write: @Sendable ([UInt8]) -> Void

    /// Hands every line, newline included, to a function; it may be called from many threads at once.
    public init(_ write: @escaping @Sendable ([UInt8]) -> Void) {
        self.write = write
    }

    /// The standard output of the process; lines never interleave.
    public static let standardOutput: LogSink = {
        let turn = Mutex(())
        return LogSink { line in
            turn.withLock { _ in
                line.withUnsafeBytes { bytes in
                    var rest = bytes[...]
                    while !rest.isEmpty {
                        let written = Self.write(rest)
                        // A log that can not be written must not stop the service.
                        guard written > 0 else { return }
                        rest = rest.dropFirst(written)
                    }
                }
            }
        }
    }()

    /// write(2), tried again when a signal interrupts it.
    private static func write(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
        let rest = UnsafeRawBufferPointer(rebasing: bytes)
        while true {
            let written = unistdWrite(STDOUT_FILENO, rest.baseAddress, rest.count)
            if written >= 0 || errno != EINTR { return written }
        }
    }
}

#if canImport(Glibc)
private let unistdWrite = Glibc.write
#elseif canImport(Musl)
private let unistdWrite = Musl.write
#endif
