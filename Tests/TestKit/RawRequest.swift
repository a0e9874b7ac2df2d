/// Bytes that a client may send, each written as the character of that number, and what they are: the cases by which HTTP/1.1 servers are told apart (RFC 9112; the list
/// follows the published ones of request smuggling and of conformance probes).
public struct RawRequest: Sendable, CustomStringConvertible {
    /// How many requests the bytes are.
    public enum Meaning: Sendable, Equatable {
        /// None: they have two readings, or break a rule that has to be kept. An error, and the connection ends.
        case refused
        /// This many; what comes of them is the business of whoever is asked.
        case requests(Int)
        /// A careful server may take them or refuse them; but what is in a body is never a request.
        case either
    }

    /// What is special about it.
    public let description: String
    /// How many requests it is.
    public let meaning: Meaning
    private let template: String

    private init(_ name: String, _ meaning: Meaning, _ template: String) {
        self.description = name
        self.meaning = meaning
        self.template = template
    }

    /// The bytes.
    ///
    /// - Parameters:
    ///   - path: Where the request goes.
    ///   - hidden: Where the request goes that is hidden in some bodies.
    ///   - authorization: A header line with credentials, without its end.
    public func text(path: String, hidden: String, authorization: String) -> String {
        func fill(_ template: String) -> String {
            template.replacing("{PATH}", with: path).replacing("{HIDDEN}", with: hidden)
                .replacing("{AUTH}", with: authorization)
        }
        return fill(self.template).replacing("{LENGTH}", with: "\(fill(Self.smuggled).utf8.count)")
    }

    /// All cases.
    public static let all = ambiguousLengths + chunks + heads + lines + welcome

    /// A request that must not come out of another one's body.
    private static let smuggled = "GET {HIDDEN} HTTP/1.1\r\nHost: g\r\n{AUTH}\r\n\r\n"

    private static func post(_ name: String, _ meaning: Meaning, _ headers: String, _ body: String = "") -> RawRequest {
        RawRequest(name, meaning, "POST {PATH} HTTP/1.1\r\nHost: g\r\n{AUTH}\r\n\(headers)\r\n\(body)")
    }

    private static func get(_ name: String, _ meaning: Meaning, _ headers: String, _ rest: String = "") -> RawRequest {
        RawRequest(name, meaning, "GET {PATH} HTTP/1.1\r\nHost: g\r\n{AUTH}\r\n\(headers)\r\n\(rest)")
    }

    private static func line(_ name: String, _ meaning: Meaning, _ line: String) -> RawRequest {
        RawRequest(name, meaning, "\(line)\r\nHost: g\r\n{AUTH}\r\n\r\n")
    }

    private static let ambiguousLengths = [
        post(
            "length and chunked",
            .refused,
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            "0\r\n\r\n\(smuggled)"
        ),
        post(
            "chunked and length",
            .refused,
            "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
            "0\r\n\r\n\(smuggled)"
        ),
        post("two lengths", .refused, "Content-Length: 0\r\nContent-Length: {LENGTH}\r\n", smuggled),
        post("the same length twice", .either, "Content-Length: 2\r\nContent-Length: 2\r\n", "{}"),
        post("lengths in a list", .refused, "Content-Length: 0, {LENGTH}\r\n", smuggled),
        post("the same length in a list", .either, "Content-Length: 2, 2\r\n", "{}"),
        post("length with a plus", .refused, "Content-Length: +2\r\n", "{}"),
        post("negative length", .refused, "Content-Length: -1\r\n"),
        post("length in hex", .refused, "Content-Length: 0x2\r\n", "{}"),
        post("length with an underscore", .refused, "Content-Length: 1_0\r\n", "0123456789"),
        post("length with a blank inside", .refused, "Content-Length: 1 0\r\n", "0123456789"),
        post("length with a fraction", .refused, "Content-Length: 2.0\r\n", "{}"),
        post("length beyond 64 bits", .refused, "Content-Length: 99999999999999999999\r\n"),
        post("length of nothing", .refused, "Content-Length: \r\n"),
        post("length with zeros in front", .either, "Content-Length: 002\r\n", "{}"),
        post("length with letters", .refused, "Content-Length: two\r\n", "{}"),
        post("unknown coding", .refused, "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
        post("coding with a tab", .either, "Transfer-Encoding:\tchunked\r\n", "0\r\n\r\n"),
        post("coding behind a vertical tab", .refused, "Transfer-Encoding: \u{B}chunked\r\n", "0\r\n\r\n"),
        post("coding in quotes", .refused, "Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"),
        post("identity and length", .either, "Transfer-Encoding: identity\r\nContent-Length: 2\r\n", "{}"),
        post("chunked is not the last coding", .refused, "Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"),
        post("chunked twice", .either, "Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"),
        post(
            "codings in two headers",
            .either,
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "0\r\n\r\n"
        ),
        post("coding with a comma at the end", .either, "Transfer-Encoding: chunked,\r\n", "0\r\n\r\n"),
        post("blank before the colon", .refused, "Transfer-Encoding : chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
        post("folded coding", .refused, "Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
        post("coding with a NUL", .refused, "Transfer-Encoding: chunked\0\r\n", "0\r\n\r\n"),
        RawRequest(
            "coding in HTTP/1.0",
            .either,
            "POST {PATH} HTTP/1.0\r\nHost: g\r\n{AUTH}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
    ]

    private static let chunks = [
        post("chunk size with 0x", .refused, "Transfer-Encoding: chunked\r\n", "0x2\r\n{}\r\n0\r\n\r\n"),
        post("negative chunk size", .refused, "Transfer-Encoding: chunked\r\n", "-2\r\n{}\r\n0\r\n\r\n"),
        post("chunk size with a plus", .refused, "Transfer-Encoding: chunked\r\n", "+2\r\n{}\r\n0\r\n\r\n"),
        post("chunk size with an underscore", .refused, "Transfer-Encoding: chunked\r\n", "0_2\r\n{}\r\n0\r\n\r\n"),
        post(
            "chunk size beyond 64 bits",
            .refused,
            "Transfer-Encoding: chunked\r\n",
            "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"
        ),
        post("chunk size of nothing", .refused, "Transfer-Encoding: chunked\r\n", "\r\n{}\r\n0\r\n\r\n"),
        post("chunk size behind a blank", .refused, "Transfer-Encoding: chunked\r\n", " 2\r\n{}\r\n0\r\n\r\n"),
        post("chunk without its end", .refused, "Transfer-Encoding: chunked\r\n", "2\r\n{}0\r\n\r\n"),
        post("chunk longer than its size", .refused, "Transfer-Encoding: chunked\r\n", "1\r\n{}\r\n0\r\n\r\n"),
        post("chunk size ended by a line feed", .refused, "Transfer-Encoding: chunked\r\n", "2\n{}\r\n0\r\n\r\n"),
        post(
            "chunk extension ended by a line feed",
            .refused,
            "Transfer-Encoding: chunked\r\n",
            "2;a\n{}\r\n0\r\n\r\n"
        ),
        post("chunk ended by a line feed", .refused, "Transfer-Encoding: chunked\r\n", "2\r\n{}\n0\r\n\r\n"),
        post("chunk extension", .either, "Transfer-Encoding: chunked\r\n", "2;a=b\r\n{}\r\n0\r\n\r\n"),
        post("chunks", .requests(1), "Transfer-Encoding: chunked\r\n", "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"),
        post("chunks in capitals", .requests(1), "TRANSFER-ENCODING: Chunked\r\n", "00002\r\n{}\r\n0\r\n\r\n"),
        post("trailers", .either, "Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\nX-A: b\r\n\r\n"),
        post(
            "a length among the trailers",
            .either,
            "Transfer-Encoding: chunked\r\n",
            "2\r\n{}\r\n0\r\nContent-Length: 99\r\n\r\n"
        ),
    ]

    private static let heads = [
        get("carriage return in a value", .refused, "X-A: a\rContent-Length: 9\r\n"),
        get("line feed as the end of a line", .refused, "X-A: a\nX-B: b\r\n"),
        get("NUL in a value", .refused, "X-A: a\0b\r\n"),
        get("control character in a value", .either, "X-A: a\u{1}b\r\n"),
        get("blank in a name", .refused, "X A: b\r\n"),
        get("no name", .refused, ": b\r\n"),
        get("no colon", .refused, "X-A\r\n"),
        get("a name in brackets", .refused, "X[A]: b\r\n"),
        get("NUL in a name", .refused, "X\0A: b\r\n"),
        get("folded value", .refused, "X-A: b\r\n c\r\n"),
        get("two hosts", .refused, "Host: h\r\n"),
        RawRequest("no host", .refused, "GET {PATH} HTTP/1.1\r\n{AUTH}\r\n\r\n"),
        RawRequest("blank before the first header", .refused, "GET {PATH} HTTP/1.1\r\n Host: g\r\n{AUTH}\r\n\r\n"),
        get("unknown expectation", .either, "Expect: miracles\r\n"),
        get(
            "upgrade to HTTP/2",
            .requests(1),
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
        ),
        get("a GET with a body", .either, "Content-Length: 2\r\n", "{}"),
        get("a body that is a request", .either, "Content-Length: {LENGTH}\r\n", smuggled),
        post("a body that is a request, of a POST", .requests(1), "Content-Length: {LENGTH}\r\n", smuggled),
        get("names with an underscore", .requests(1), "X_User_Id: 1\r\nContent_Length: 5\r\n"),
    ]

    private static let lines = [
        line("two blanks", .either, "GET  {PATH} HTTP/1.1"),
        line("no version", .refused, "GET {PATH}"),
        line("a version too many", .refused, "GET {PATH} HTTP/1.1 HTTP/1.1"),
        line("version 2.0", .refused, "GET {PATH} HTTP/2.0"), line("version 0.9", .refused, "GET {PATH} HTTP/0.9"),
        line("version 1.2", .either, "GET {PATH} HTTP/1.2"),
        line("version in small letters", .refused, "GET {PATH} http/1.1"),
        line("another protocol", .refused, "GET {PATH} HTP/1.1"),
        line("NUL in the path", .refused, "GET {PATH}\0 HTTP/1.1"),
        line("carriage return in the path", .refused, "GET {PATH}\r HTTP/1.1"),
        line("a blank in the path", .refused, "GET {PATH}/a b HTTP/1.1"),
        line("a path without a slash", .refused, "GET users HTTP/1.1"),
        line("a method in small letters", .refused, "get {PATH} HTTP/1.1"),
        line("no method", .refused, " {PATH} HTTP/1.1"),
        line("an unknown method", .either, "SMUGGLE {PATH} HTTP/1.1"),
        line("CONNECT", .refused, "CONNECT evil.example:443 HTTP/1.1"),
        line("TRACE", .either, "TRACE {PATH} HTTP/1.1"), line("asterisk", .either, "GET * HTTP/1.1"),
        line("another host in the line", .either, "GET http://evil.example{PATH} HTTP/1.1"),
        RawRequest("the preface of HTTP/2", .refused, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        RawRequest("binary", .refused, "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{FC}\u{3}\u{3}\r\n\r\n"),
        RawRequest("a byte order mark", .refused, "\u{EF}\u{BB}\u{BF}GET {PATH} HTTP/1.1\r\nHost: g\r\n{AUTH}\r\n\r\n"),
        RawRequest("line feeds only", .refused, "GET {PATH} HTTP/1.1\nHost: g\n{AUTH}\n\n"),
    ]

    private static let welcome = [
        get("one", .requests(1), ""),
        RawRequest("an empty line before", .requests(1), "\r\nGET {PATH} HTTP/1.1\r\nHost: g\r\n{AUTH}\r\n\r\n"),
        RawRequest(
            "three in one breath",
            .requests(3),
            String(repeating: "GET {PATH} HTTP/1.1\r\nHost: g\r\n{AUTH}\r\n\r\n", count: 3)
        ),
        RawRequest(
            "one with a body and one behind it",
            .requests(2),
            "POST {PATH} HTTP/1.1\r\nHost: g\r\n{AUTH}\r\nContent-Length: 2\r\n\r\n{}GET {PATH} HTTP/1.1\r\nHost: g\r\n{AUTH}\r\n\r\n"
        ),
        RawRequest(
            "chunks and one behind them",
            .requests(2),
            "POST {PATH} HTTP/1.1\r\nHost: g\r\n{AUTH}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
                + "GET {PATH} HTTP/1.1\r\nHost: g\r\n{AUTH}\r\n\r\n"
        ),
        RawRequest("HTTP/1.0", .requests(1), "GET {PATH} HTTP/1.0\r\nHost: g\r\n{AUTH}\r\n\r\n"),
        get("the last one", .requests(1), "Connection: close\r\n", "GET {PATH} HTTP/1.1\r\nHost: g\r\n{AUTH}\r\n\r\n"),
    ]
}
