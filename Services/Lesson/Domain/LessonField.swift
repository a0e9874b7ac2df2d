internal import Contracts

/// The free texts of a lesson, by their wire names, and how long they may be.
///
/// Subject, topic and skills say what is taught, not how somebody learns: they are curriculum and stand in the clear, in the
/// log and in public events. Notes, comment and reasons are about children, and a room's address often leads to a person:
/// they are sealed in the log and stay in this service.
enum LessonField: String, Equatable, Sendable {
    case subject
    case topic
    case skills
    case roomURL = "room_url"
    case notes
    case comment
    case reason

    /// In Unicode scalars.
    private var limit: Int {
        switch self {
        case .subject, .skills: 100
        case .topic, .reason: 500
        case .roomURL: 2_000
        case .notes, .comment: 10_000
        }
    }

    private var layout: LimitedText.Layout {
        switch self {
        case .subject, .topic, .skills, .roomURL: .line
        case .notes, .comment, .reason: .paragraphs
        }
    }

    /// The text without blanks around it.
    func checked(_ text: String) throws(LessonRefusal) -> String {
        do throws(LimitedText.Refusal) {
            return try LimitedText(text, limit: self.limit, self.layout).text
        } catch {
            switch error {
            case .tooLong: throw .tooLong(self)
            case .forbiddenCharacter: throw .malformed(self)
            }
        }
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
