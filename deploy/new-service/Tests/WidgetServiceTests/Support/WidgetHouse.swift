import Contracts
import EventSourcing
import ServiceTestKit
import TestKit

@testable import WidgetService

/// The widget service with a tutor.
struct WidgetHouse: Sendable {
    let service: RunningService
    let tutor: Visitor

    static func run(_ body: @Sendable (WidgetHouse) async throws -> Void) async throws {
        try await RunningService.run(
            WidgetService.definition,
            openAPI: PackageResources.openapi_yaml
        ) { try await body(try WidgetHouse($0)) }
    }

    private init(_ service: RunningService) throws {
        self.service = service
        self.tutor = try service.visitor(.tutor)
    }

    /// Creates a widget, and says where it is.
    func created(_ title: String = "The first") async throws -> String {
        let answer = try await self.tutor.post("/api/v1/widgets", ["title": .string(title)])
        return answer[header: "Location"] ?? answer.text
    }
}
