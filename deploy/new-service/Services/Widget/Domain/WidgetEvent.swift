internal import EventSourcing

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
