/// An e-mail address, in lower case: people do not remember which letters they wrote large.
struct EmailAddress: Equatable, Sendable {
    /// The address.
    let text: String

    /// Refuses what can be no address; whether somebody reads it, only a letter can tell.
    init(_ text: String) throws(UserRefusal) {
        let address = try UserField.email.checked(text).lowercased()
        guard !address.isEmpty else { throw .missing(.email) }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard
            parts.count == 2, (1...64).contains(parts[0].utf8.count),
            !address.contains(where: { $0.isWhitespace || $0 == "," || $0 == ";" || $0 == "<" || $0 == ">" })
        else { throw .malformed(.email) }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        guard
            labels.count >= 2,
            labels.allSatisfy({ label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }
            })
        else { throw .malformed(.email) }
        self.text = address
    }
}
