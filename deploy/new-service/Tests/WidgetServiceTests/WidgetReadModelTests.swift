import EventSourcing
import EventStorePostgres
import ServiceKit
import ServiceTestKit
import TestKit
import Testing

@testable import WidgetService

@Suite("The read models of the widget service", .service(WidgetService.definition))
struct WidgetReadModelTests {
    @Test("Rebuilt they equal the live ones, and pages leave nothing out")
    func rebuild() async throws {
        try await WidgetHouse.run { house in
            for number in 1...5 { _ = try await house.created("\(number)") }
            let before = try await house.tutor.getAll("/api/v1/widgets?limit=2")
            #expect(Set(before.compactMap { $0["title"]?.text }) == ["1", "2", "3", "4", "5"])
            let definition = WidgetService.definition
            let rebuild = ProjectionRebuild(client: house.service.postgres, schema: definition.schema)
            for projection in definition.projections {
                let report = try await rebuild.run(projection)
                #expect(report.swapped)
                #expect(report.differing.isEmpty)
            }
            #expect(try await house.tutor.getAll("/api/v1/widgets?limit=2") == before)
        }
    }
}
