internal import NIOCore

/// Takes the headers of an answer: bytes for HTTP/1.1, fields for HTTP/2.
protocol HeaderSink {
    mutating func addFixed(_ name: StaticString, _ value: StaticString)

    /// Adds a header whose value is written piece by piece.
    mutating func add(_ name: StaticString, _ value: (inout ByteBuffer) -> Void)

    mutating func add(_ name: String, _ value: String)
}
