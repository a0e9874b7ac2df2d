internal import Contracts

/// What a widget is called: 1 to 200 characters, without blanks around them.
struct WidgetTitle: Equatable, Sendable {
    let text: String

    init(_ text: String) throws(WidgetRefusal) {
        guard let title = try? LimitedText(text, limit: 200), !title.text.isEmpty else { throw .titleOutOfRange }
        self.text = title.text
    }
}
