/// The part of a URL after the question mark.
enum QueryParameters {
    /// As a document: a parameter that comes once is a string, one that comes again is an array of them.
    ///
    /// - Throws: A 400 ``Problem`` when the text is not a query.
    static func parse(_ query: Substring) throws(Problem) -> JSONNode {
        var values: [String: [JSONNode]] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true),
                let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
            else { throw .invalid("The query is not properly encoded.") }
            values[name, default: []].append(.string(value))
        }
        return .object(values.mapValues { $0.count == 1 ? $0[0] : .array($0) })
    }
}
