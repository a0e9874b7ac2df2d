/// An e-mail address, in lower case: people do not remember which letters they wrote large.
///
/// With letters of any script, as in `иван@почта.рф`, but with nothing invisible and without loose accents: they would make
/// two addresses that look the same.
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
            parts[0].unicodeScalars.allSatisfy({ (0x21...0x7E).contains($0.value) || Self.isWhole($0) }),
            !parts[0].contains(where: { ",;<>".contains($0) })
        else { throw .malformed(.email) }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        guard
            labels.count >= 2,
            labels.allSatisfy({ label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.unicodeScalars.allSatisfy { $0 == "-" || Self.isWhole($0) }
            })
        else { throw .malformed(.email) }
        self.text = address
    }

    /// Whether it is a digit, or a letter that needs no mark behind it.
    private static func isWhole(_ scalar: Unicode.Scalar) -> Bool {
        [.lowercaseLetter, .otherLetter, .decimalNumber].contains(scalar.properties.generalCategory)
    }
}
