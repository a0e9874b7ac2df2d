internal import HTTPTypes

/// The headers of a request.
struct RequestHeaders: Sendable {
    let fields: HTTPFields

    /// The first header of that name.
    subscript(name: String) -> String? {
        guard let name = HTTPField.Name(name) else { return nil }
        return self.fields.first { $0.name == name }?.value
    }

    /// Whether a header comes more than once.
    func isRepeated(_ name: String) -> Bool {
        guard let name = HTTPField.Name(name) else { return false }
        return self.fields[values: name].count > 1
    }
}
