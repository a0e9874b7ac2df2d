import EventSourcing
import ServiceTestKit
import TestKit
import Testing

@testable import WidgetService

@Suite("The contract of the widget service", .service(WidgetService.definition))
struct WidgetContractTests {
    @Test("openapi.yaml describes exactly the routes there are, and widgets have the members it says")
    func contract() async throws {
        let contract = try Contract(PackageResources.openapi_yaml)
        try await WidgetHouse.run { house in
            #expect(contract.operations == house.service.ownOperations)
            let widget = try await house.tutor.get(try await house.created()).json
            #expect(widget.names == contract.members(of: "Widget"))
            let page = try await house.tutor.get("/api/v1/widgets").json
            #expect(page.names == contract.members(of: "WidgetPage"))
        }
    }
}
