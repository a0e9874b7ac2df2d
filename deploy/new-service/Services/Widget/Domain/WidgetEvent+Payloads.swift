internal import EventSourcing
internal import FoundationEssentials

extension WidgetEvent {
    /// It came to be.
    struct Created: EventPayload {
        static let type = "widget.created"

        var tutorID: UUID
        var title: String

        enum CodingKeys: String, CodingKey {
            case tutorID = "tutor_id"
            case title
        }
    }
}
