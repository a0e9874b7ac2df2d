internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// What Hummingbird tells us about the connection of a request: nothing that we need.
struct ChannelContext: InitializableFromSource {
    init(source: ApplicationRequestContextSource) {}
}

extension Response {
    /// The answer as Hummingbird sends it; a `HEAD` request gets the head only.
    init(_ response: ServiceResponse, to method: HTTPRequest.Method) {
        var fields = HTTPFields()
        for (name, value) in response.headers {
            guard let name = HTTPField.Name(name) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        let body: ResponseBody
        switch response.body {
        case .bytes(let bytes):
            // 204 and 304 have no body and no length (RFC 9110, section 8.6).
            if response.status != 204, response.status != 304 { fields[.contentLength] = String(bytes.count) }
            body = bytes.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .stream(let length, let write):
            if let length { fields[.contentLength] = String(length) }
            body = ResponseBody(contentLength: length) { writer in
                var sink = writer
                try await write { try await sink.write(ByteBuffer(bytes: $0)) }
                try await sink.finish(nil)
            }
        }
        let status = HTTPResponse.Status(code: response.status)
        let head = HTTPResponse(status: status, headerFields: fields)
        self.init(status: head.status, headers: fields, body: method == .head ? ResponseBody() : body)
    }
}
