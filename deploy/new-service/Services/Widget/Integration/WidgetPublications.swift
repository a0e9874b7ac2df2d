internal import EventSourcing

/// What the others learn about widgets.
enum WidgetPublications {
    static let all = Publications(source: "widget").adding(Widget.self, Self.publish)

    private static func publish(_ recorded: Recorded<WidgetEvent>) -> [any PublicPayload] {
        switch recorded.event {
        case .created: []
        }
    }
}
