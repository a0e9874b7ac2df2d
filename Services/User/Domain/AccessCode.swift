/// A one-time code by which a person proves to be the one a tutor created: eight characters without look-alikes.
///
/// The first half finds the person, the second half proves the right to be it. Only so can wrong tries be counted where they
/// belong: a code that is looked up as a whole is either right or nobody's. Both halves are hashed with a key before
/// anything is kept; no two open codes share their first half.
struct AccessCode: Equatable, Sendable, CustomStringConvertible {
    /// Letters and digits that nobody mixes up: no 0 and O, no 1, I and L.
    private static let alphabet = Array("ABCDEFGHJKMNPQRSTUVWXYZ23456789")
    private static let length = 8
    /// Cyrillic letters that look like Latin ones; a Russian keyboard writes them.
    private static let lookAlikes: [Character: Character] = [
        "А": "A", "В": "B", "Е": "E", "К": "K", "М": "M", "Н": "H", "Р": "P", "С": "C", "Т": "T", "У": "Y", "Х": "X",
    ]

    /// The code as it is written down.
    let description: String

    /// Draws a code; the generator has to be a cryptographic one.
    init(using random: inout some RandomNumberGenerator) {
        self.description = String(
            (0..<Self.length).map { _ in Self.alphabet[Int.random(in: Self.alphabet.indices, using: &random)] }
        )
    }

    /// Reads a code as people type it: in small letters, with dashes or blanks; `nil` when it can be none.
    init?(_ typed: String) {
        // Longer texts are not even looked at; a person types a few dashes at most.
        guard typed.utf8.count <= 64 else { return nil }
        let code = typed.uppercased().filter { $0 != "-" && !$0.isWhitespace }.map { Self.lookAlikes[$0] ?? $0 }
        guard code.count == Self.length, code.allSatisfy(Self.alphabet.contains) else { return nil }
        self.description = String(code)
    }

    /// The half that finds the person.
    var selector: String { String(self.description.prefix(Self.length / 2)) }

    /// The half that proves the right.
    var proof: String { String(self.description.suffix(Self.length / 2)) }
}
