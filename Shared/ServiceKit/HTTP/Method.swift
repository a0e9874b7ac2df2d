/// The methods that routes answer.
///
/// `HEAD` is answered by every `GET` route.
public enum Method: String, CaseIterable, Comparable, Sendable {
    /// Reads; changes nothing.
    case get = "GET"
    /// Creates, or does something.
    case post = "POST"
    /// Replaces.
    case put = "PUT"
    /// Changes parts.
    case patch = "PATCH"
    /// Removes.
    case delete = "DELETE"

    /// Alphabetical order, as in the `Allow` header.
    public static func < (left: Method, right: Method) -> Bool {
        left.rawValue < right.rawValue
    }
}
