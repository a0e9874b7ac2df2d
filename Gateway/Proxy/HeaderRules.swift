/// Which headers pass the gateway, and which it reads or writes itself.
enum HeaderRules {
    /// What happens to one header of a request.
    enum Request {
        /// Passed on as it is.
        case pass
        /// Not passed on: it belongs to the connection, or only the gateway may say it.
        case drop
        case authorization
        case connection
        case contentLength
        case correlationID
        case expect
        case forwardedFor
        case forwardedProto
        case host
        case idempotencyKey
        case origin
        case traceParent
        case transferEncoding
        case upgrade
    }

    /// What happens to one header of an answer.
    enum Response {
        case pass
        case drop
        case cacheControl
        case connection
        case contentLength
        case securityPolicy
        case transferEncoding
    }

    /// Classifies a header of a request.
    ///
    /// Names with an underscore are dropped as nginx does by default: behind CGI-like conventions `X_User_Id` and
    /// `X-User-Id` are the same.
    static func request(_ name: String) -> Request {
        var name = name
        return name.withUTF8 { name in
            if name.contains(UInt8(ascii: "_")) { return .drop }
            switch name.count {
            case 2: if name.isCaseInsensitively("te") { return .drop }
            case 4: if name.isCaseInsensitively("host") { return .host }
            case 6:
                if name.isCaseInsensitively("expect") { return .expect }
                if name.isCaseInsensitively("origin") { return .origin }
            case 7:
                if name.isCaseInsensitively("upgrade") { return .upgrade }
                if name.isCaseInsensitively("trailer") { return .drop }
            case 9: if name.isCaseInsensitively("forwarded") || name.isCaseInsensitively("x-real-ip") { return .drop }
            case 10:
                if name.isCaseInsensitively("connection") { return .connection }
                if name.isCaseInsensitively("keep-alive") { return .drop }
            case 11: if name.isCaseInsensitively("traceparent") { return .traceParent }
            case 13: if name.isCaseInsensitively("authorization") { return .authorization }
            case 14:
                if name.isCaseInsensitively("content-length") { return .contentLength }
                if name.isCaseInsensitively("http2-settings") { return .drop }
            case 15:
                if name.isCaseInsensitively("idempotency-key") { return .idempotencyKey }
                if name.isCaseInsensitively("x-forwarded-for") { return .forwardedFor }
            case 16: if name.isCaseInsensitively("x-correlation-id") { return .correlationID }
            case 17:
                if name.isCaseInsensitively("transfer-encoding") { return .transferEncoding }
                if name.isCaseInsensitively("x-forwarded-proto") { return .forwardedProto }
                if name.isCaseInsensitively("x-request-timeout") { return .drop }
            default: break
            }
            return Self.isReserved(name) ? .drop : .pass
        }
    }

    /// Classifies a header of an answer.
    static func response(_ name: String) -> Response {
        var name = name
        return name.withUTF8 { name in
            switch name.count {
            case 6: if name.isCaseInsensitively("server") { return .drop }
            case 7: if name.isCaseInsensitively("trailer") || name.isCaseInsensitively("upgrade") { return .drop }
            case 9: if name.isCaseInsensitively("ratelimit") { return .drop }
            case 10:
                if name.isCaseInsensitively("connection") { return .connection }
                if name.isCaseInsensitively("keep-alive") { return .drop }
            case 13: if name.isCaseInsensitively("cache-control") { return .cacheControl }
            case 14: if name.isCaseInsensitively("content-length") { return .contentLength }
            case 15: if name.isCaseInsensitively("referrer-policy") { return .drop }
            case 16: if name.isCaseInsensitively("x-correlation-id") { return .drop }
            case 17: if name.isCaseInsensitively("transfer-encoding") { return .transferEncoding }
            case 22: if name.isCaseInsensitively("x-content-type-options") { return .drop }
            case 23: if name.isCaseInsensitively("content-security-policy") { return .securityPolicy }
            case 25: if name.isCaseInsensitively("strict-transport-security") { return .drop }
            default: break
            }
            return Self.isOurs(name) ? .drop : .pass
        }
    }

    /// Names by which only the platform says who somebody is, or where from.
    private static func isReserved(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        switch name.first {
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            name.beginsCaseInsensitively("x-user-") || name.beginsCaseInsensitively("x-internal-")
                || name.beginsCaseInsensitively("x-forwarded-")
        case UInt8(ascii: "p"), UInt8(ascii: "P"): name.beginsCaseInsensitively("proxy-")
        default: false
        }
    }

    /// Names that only the gateway gives to an answer, or that nobody outside should see.
    private static func isOurs(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        switch name.first {
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            name.beginsCaseInsensitively("x-ratelimit-") || name.beginsCaseInsensitively("x-internal-")
        case UInt8(ascii: "r"), UInt8(ascii: "R"): name.beginsCaseInsensitively("ratelimit-")
        case UInt8(ascii: "a"), UInt8(ascii: "A"): name.beginsCaseInsensitively("access-control-")
        case UInt8(ascii: "p"), UInt8(ascii: "P"): name.beginsCaseInsensitively("proxy-")
        default: false
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether these are the bytes of `lowercase`, where ASCII letters may be of either case.
    func isCaseInsensitively(_ lowercase: StaticString) -> Bool {
        self.count == lowercase.utf8CodeUnitCount && self.beginsCaseInsensitively(lowercase)
    }

    /// Whether the bytes begin with those of `lowercase`, where ASCII letters may be of either case.
    func beginsCaseInsensitively(_ lowercase: StaticString) -> Bool {
        guard self.count >= lowercase.utf8CodeUnitCount else { return false }
        let expected = lowercase.utf8Start
        for index in 0..<lowercase.utf8CodeUnitCount {
            let byte = self[index]
            let lowered = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
            if lowered != expected[index] { return false }
        }
        return true
    }
}

extension String {
    /// Whether two header names or values are the same but for the case of ASCII letters.
    func isCaseInsensitively(_ lowercase: StaticString) -> Bool {
        var text = self
        return text.withUTF8 { $0.isCaseInsensitively(lowercase) }
    }
}
