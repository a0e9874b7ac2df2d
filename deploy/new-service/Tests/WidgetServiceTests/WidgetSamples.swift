import EventSourcing
import Foundation
import TestKit
import Testing

@testable import WidgetService

/// The tutor and the widget that the stories are about.
enum Sample {
    static let tutor = UUID.sample(1)

    static let created = WidgetEvent.created(.init(tutorID: tutor, title: "The first"))

    /// One of each.
    static let events = [created]
}

extension WidgetEvent: CustomTestStringConvertible {
    var testDescription: String { type(of: self.payload).type }
}
