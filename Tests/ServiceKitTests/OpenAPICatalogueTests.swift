import EventSourcing
import Foundation
import ServiceKit
import TestKit
import Testing

@Suite("Contracts put together")
struct OpenAPICatalogueTests {
    private func merge(_ chapters: (String, String)...) throws -> JSONValue {
        let document = try OpenAPICatalogue.merge(
            title: "All",
            chapters.map { OpenAPICatalogue.Chapter(service: $0.0, yaml: $0.1) }
        ) { _, path in path != "/hidden" }
        return try JSONDecoder().decode(JSONValue.self, from: Data(document.json.utf8))
    }

    private static let lessons = """
        info: {title: Lessons}
        paths:
          /lessons: {get: {operationId: list, responses: {"200": {$ref: "#/components/responses/List"}}}}
          /hidden: {get: {responses: {"200": {description: hidden}}}}
        components:
          schemas:
            Problem: {type: object, properties: {status: {type: integer}}}
            Item: {type: object}
            Wrapper: {type: array, items: {$ref: "#/components/schemas/Item"}}
          responses:
            List: {description: all, content: {application/json: {schema: {$ref: "#/components/schemas/Wrapper"}}}}
        """

    private static let users = """
        info: {title: Users}
        security: [{bearer: []}]
        paths:
          /users: {get: {security: [], responses: {"200": {$ref: "#/components/responses/List"}}}, post: {tags: [own]}}
        components:
          schemas:
            Problem: {type: object, properties: {status: {type: integer}}}
            Item: {type: string}
            Wrapper: {type: array, items: {$ref: "#/components/schemas/Item"}}
          responses:
            List: {description: all, content: {application/json: {schema: {$ref: "#/components/schemas/Wrapper"}}}}
        """

    @Test("What all describe alike stands there once; what differs, and what refers to it, gets the service's name")
    func components() throws {
        let document = try self.merge(("lesson", Self.lessons), ("user", Self.users))
        let schemas = try #require(document["components"]?["schemas"])
        #expect(schemas.names == ["Problem", "LessonItem", "LessonWrapper", "UserItem", "UserWrapper"])
        #expect(schemas["UserWrapper"]?["items"]?["$ref"]?.text == "#/components/schemas/UserItem")
        let reference = document["paths"]?["/lessons"]?["get"]?["responses"]?["200"]?["$ref"]?.text
        #expect(reference == "#/components/responses/LessonList")
        #expect(document["components"]?["responses"]?.names?.count == 2)
    }

    @Test("Operations are sorted under their service, keep what they say, and what cannot be reached is left out")
    func operations() throws {
        let document = try self.merge(("lesson", Self.lessons), ("user", Self.users))
        #expect(document["paths"]?["/hidden"] == nil)
        #expect(document["paths"]?["/lessons"]?["get"]?["tags"] == .array([.string("Lessons")]))
        #expect(document["paths"]?["/lessons"]?["get"]?["security"] == nil)
        #expect(document["paths"]?["/users"]?["get"]?["security"] == .array([]))
        #expect(document["paths"]?["/users"]?["post"]?["security"] != nil)
        #expect(document["paths"]?["/users"]?["post"]?["tags"] == .array([.string("own")]))
        #expect(document["info"]?["title"]?.text == "All")
    }

    @Test("Documents that agree keep their names; what is no YAML is refused")
    func plain() throws {
        let document = try self.merge(
            ("lesson", Self.lessons),
            ("again", Self.lessons.replacing("/lessons", with: "/more"))
        )
        #expect(document["components"]?["schemas"]?["Item"] != nil)
        #expect(throws: (any Error).self) { try self.merge(("x", "a: [")) }
    }
}
