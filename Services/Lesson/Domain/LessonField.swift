internal import FoundationEssentials

/// The free texts of a lesson, by their wire names, and how long they may be.
enum LessonField: String, Equatable, Sendable {
    case subject
    case topic
    case skills
    case roomURL = "room_url"
    case notes
    case comment
    case reason

    /// In characters.
    private var limit: Int {
        switch self {
        case .subject, .skills: 100
        case .topic, .reason: 500
        case .roomURL: 2_000
        case .notes, .comment: 10_000
        }
    }

    /// The text without blanks around it.
    func checked(_ text: String) throws(LessonRefusal) -> String {
        let text = text.trimming(while: \.isWhitespace)
        guard text.count <= self.limit else { throw .tooLong(self) }
        return text
    }

    /// The text without blanks around it; there must be one.
    func required(_ text: String) throws(LessonRefusal) -> String {
        let text = try self.checked(text)
        guard !text.isEmpty else { throw .missing(self) }
        return text
    }

    /// The text without blanks around it; an empty one is none.
    func optional(_ text: String?) throws(LessonRefusal) -> String? {
        guard let text else { return nil }
        let checked = try self.checked(text)
        return checked.isEmpty ? nil : checked
    }
}

extension String {
    fileprivate func trimming(while isBlank: (Character) -> Bool) -> String {
        guard let first = self.firstIndex(where: { !isBlank($0) }), let last = self.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(self[first...last])
    }
}
