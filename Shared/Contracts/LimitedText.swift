/// A text that somebody typed, made fit to be kept: without blanks around it, and not longer than it may be.
///
/// Length is counted in Unicode scalars, not in what a reader takes for one character: a single letter may carry hundreds of
/// thousands of combining marks. Control characters are refused, and so are those that turn the direction of writing:
/// they make a text look like another one.
public struct LimitedText: Equatable, Sendable {
    /// Why a text is refused.
    public enum Refusal: Error, Equatable, Sendable {
        /// It is longer than it may be.
        case tooLong
        /// It holds a character that no text needs.
        case forbiddenCharacter
    }

    /// How a text is laid out.
    public enum Layout: Sendable {
        /// On one line, like a name.
        case line
        /// On any number of lines, like a letter.
        case paragraphs

        fileprivate func admits(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar {
            case "\n", "\r", "\t", "\u{2028}", "\u{2029}": self == .paragraphs
            default: scalar.properties.generalCategory != .control && !scalar.properties.isBidiControl
            }
        }
    }

    /// The text.
    public let text: String

    /// Trims and checks a text; an empty one is fine.
    ///
    /// - Parameter limit: The longest text, in Unicode scalars.
    public init(_ typed: String, limit: Int, _ layout: Layout = .line) throws(Refusal) {
        let scalars = typed.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else {
            self.text = ""
            return
        }
        let trimmed = scalars[first...last]
        guard trimmed.count <= limit else { throw .tooLong }
        guard trimmed.allSatisfy(layout.admits) else { throw .forbiddenCharacter }
        self.text = String(trimmed)
    }
}
