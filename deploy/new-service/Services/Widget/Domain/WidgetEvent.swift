internal import EventSourcing
internal import FoundationEssentials

/// What can happen to a widget.
enum WidgetEvent: DomainEvent {
    case created(Created)

    static let codec = EventCodec<WidgetEvent>()
        .adding(Created.self, WidgetEvent.created)

    var payload: any EventPayload {
        switch self {
        case .created(let payload): payload
        }
    }
}

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
