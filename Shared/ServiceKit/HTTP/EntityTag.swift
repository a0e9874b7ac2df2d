public import EventSourcing

/// The version of an object in HTTP: the strong entity tag `"<stream version>"` (RFC 9110, section 8.8.3).
public enum EntityTag {
    /// The tag of a version.
    public static func text(_ version: StreamVersion) -> String { "\"\(version)\"" }

    /// The version of a tag; `nil` when it is not one of ours.
    static func version(_ text: String) -> StreamVersion? {
        guard text.hasPrefix("\""), text.hasSuffix("\""), text.utf8.count > 2,
            let number = Int64(text.dropFirst().dropLast()), number >= 0, Self.text(.init(rawValue: number)) == text
        else { return nil }
        return StreamVersion(rawValue: number)
    }
}

extension ServiceRequest {
    /// The version that the object must still have (`If-Match`); `nil` when the caller does not mind.
    ///
    /// - Throws: A 400 ``Problem`` when the header is not one tag of ours.
    public var ifMatch: StreamVersion? {
        get throws(Problem) {
            guard let header = self.header("If-Match"), header != "*" else { return nil }
            guard let version = EntityTag.version(header) else {
                throw .invalid("If-Match", "must be the ETag of the object, such as \"3\" in double quotes")
            }
            return version
        }
    }

    /// What a writer who honours `If-Match` expects of the stream.
    public var expectedVersion: ExpectedVersion {
        get throws(Problem) { try self.ifMatch.map { .exactly($0) } ?? .any }
    }

    /// - Throws: A 412 ``Problem`` when `If-Match` names another version than the object has.
    public func checkIfMatch(_ actual: StreamVersion) throws(Problem) {
        guard try self.expectedVersion.admits(actual) else { throw .preconditionFailed }
    }
}

extension ServiceResponse {
    /// The answer with the version of the object that it shows.
    public func etag(_ version: StreamVersion) -> ServiceResponse {
        self.header("ETag", EntityTag.text(version))
    }
}
