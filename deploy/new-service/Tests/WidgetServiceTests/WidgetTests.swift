import TestKit
import Testing

@testable import WidgetService

@Suite("A widget")
struct WidgetTests {
    @Test("is created once, without blanks around its title")
    func create() throws {
        let create = WidgetCommand.create(try WidgetTitle(" The first "), by: Sample.tutor)
        Scenario<Widget>.given().when(create).then(Sample.created).when(create).thenRefused(.alreadyCreated)
    }

    @Test("needs a title of at most 200 characters", arguments: ["", " \n", String(repeating: "я", count: 201)])
    func title(_ text: String) {
        #expect(throws: WidgetRefusal.titleOutOfRange) { try WidgetTitle(text) }
    }
}
