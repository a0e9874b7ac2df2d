import Foundation
import NIOCore

/// Finds answers among the bytes of a connection: no more of HTTP/1.1 than our gateways speak, at no more than it costs.
struct StoryAnswerReader {
    /// Bytes that are no answer.
    struct Malformed: Error {}

    private struct Head {
        var status = 0
        var length: Int?
        var isChunked = false
        var closes = false
        var isProblem = false
        var saysWhenToRetry = false
    }

    private var bytes = ByteBuffer()
    private var head: Head?

    /// Whether a part of an answer has come.
    var hasBegun: Bool { self.head != nil || self.bytes.readableBytes > 0 }

    mutating func take(_ part: ByteBuffer) {
        self.bytes.writeImmutableBuffer(part)
    }

    /// The next answer, if it is complete.
    ///
    /// - Parameter isHead: Whether the request was `HEAD`: then there is no body whatever the length says.
    mutating func next(toHead isHead: Bool) throws -> StoryAnswer? {
        if self.head == nil { self.head = try self.readHead() }
        guard let head else { return nil }
        let body: ByteBuffer?
        if isHead || head.status == 204 || head.status == 304 {
            body = ByteBuffer()
        } else if head.isChunked {
            body = try self.readChunks()
        } else if let length = head.length {
            body = self.bytes.readSlice(length: length)
        } else {
            throw Malformed()
        }
        guard let body else { return nil }
        self.head = nil
        self.bytes.discardReadBytes()
        return StoryAnswer(
            status: head.status,
            closes: head.closes,
            isProblem: head.isProblem,
            saysWhenToRetry: head.saysWhenToRetry,
            body: body
        )
    }

    private mutating func readHead() throws -> Head? {
        var head = Head()
        var length = 0
        while let line = self.line(at: length) {
            length += line.utf8.count + 2
            if line.isEmpty {
                self.bytes.moveReaderIndex(forwardBy: length)
                return head
            }
            if head.status == 0 {
                guard let status = Int(line.dropFirst(9).prefix(3)) else { throw Malformed() }
                head.status = status
            } else {
                Self.note(line, in: &head)
            }
        }
        return nil
    }

    private static func note(_ line: String, in head: inout Head) {
        switch line.utf8.first {
        case UInt8(ascii: "C"):
            if line.hasPrefix("Content-Length: ") { head.length = Int(line.dropFirst(16)) }
            if line == "Content-Type: application/problem+json" { head.isProblem = true }
            if line == "Connection: close" { head.closes = true }
        case UInt8(ascii: "T"): if line == "Transfer-Encoding: chunked" { head.isChunked = true }
        case UInt8(ascii: "R"): if line.hasPrefix("Retry-After: ") { head.saysWhenToRetry = true }
        default: break
        }
    }

    /// RFC 9112 section 7.1; the reader stays where it is until the last chunk has come.
    private mutating func readChunks() throws -> ByteBuffer? {
        var body = ByteBuffer()
        var position = 0
        while let line = self.line(at: position) {
            guard let size = Int(line, radix: 16) else { throw Malformed() }
            let start = position + line.utf8.count + 2
            position = start + size + 2
            guard self.bytes.readableBytes >= position else { return nil }
            if size == 0 {
                self.bytes.moveReaderIndex(forwardBy: position)
                return body
            }
            if let chunk = self.bytes.getSlice(at: self.bytes.readerIndex + start, length: size) {
                body.writeImmutableBuffer(chunk)
            }
        }
        return nil
    }

    /// The line that begins so many bytes behind the reader, without its end; `nil` if that has not come.
    private func line(at offset: Int) -> String? {
        self.bytes.withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress, offset < bytes.count,
                let end = memchr(base + offset, 0x0A, bytes.count - offset)
            else { return nil }
            let length = UnsafeRawPointer(end) - (base + offset)
            guard length > 0 else { return nil }
            return String(decoding: bytes[offset..<offset + length - 1], as: UTF8.self)
        }
    }
}
