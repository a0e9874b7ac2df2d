internal import Foundation

/// What a widget is called: 1 to 200 characters, without blanks around them.
struct WidgetTitle: Equatable, Sendable {
    let text: String

    init(_ text: String) throws(WidgetRefusal) {
        self.text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...200).contains(self.text.count) else { throw .titleOutOfRange }
    }
}
