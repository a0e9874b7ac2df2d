/// Media types of bodies.
enum MediaType {
    static let json = "application/json"

    /// `application/json`, with any parameters, or a `+json` type.
    static func isJSON(_ header: String?) -> Bool {
        guard let type = header?.split(separator: ";", omittingEmptySubsequences: false).first?.lowercased() else {
            return false
        }
        let name = type.split(separator: " ").first ?? ""
        return name == Self.json || name.hasPrefix("application/") && name.hasSuffix("+json")
    }
}
