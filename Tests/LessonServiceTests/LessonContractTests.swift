import EventSourcing
import ServiceTestKit
import TestKit
import Testing

@testable import LessonService

@Suite("The contract of the lesson service", .service(LessonService.definition))
struct LessonContractTests {
    @Test("openapi.yaml describes exactly the routes there are, and lessons have the members it says")
    func contract() async throws {
        let contract = try Contract(PackageResources.openapi_yaml)
        try await LessonHouse.run { house in
            #expect(contract.operations == house.service.ownOperations)
            let lesson = try await house.tutor.get(try await house.planned()).json
            #expect(lesson.names == contract.members(of: "Lesson"))
            #expect(lesson["comment"] == .null)
            let page = try await house.tutor.get("/api/v1/lessons").json
            #expect(page.names == contract.members(of: "LessonPage"))
        }
    }
}
