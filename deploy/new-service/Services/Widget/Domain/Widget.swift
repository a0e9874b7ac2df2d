internal import EventSourcing
internal import FoundationEssentials

/// A widget.
struct Widget: Aggregate {
    static let category = "widget"

    private(set) var tutorID: UUID?

    init() {}

    func decide(_ command: WidgetCommand) throws(WidgetRefusal) -> [WidgetEvent] {
        switch command {
        case .create(let title, by: let tutor):
            guard self.tutorID == nil else { throw .alreadyCreated }
            return [.created(.init(tutorID: tutor, title: title.text))]
        }
    }

    mutating func evolve(_ event: WidgetEvent) {
        switch event {
        case .created(let event):
            self.tutorID = event.tutorID
        }
    }
}
