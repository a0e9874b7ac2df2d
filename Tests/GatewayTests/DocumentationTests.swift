import EventSourcing
import FoundationEssentials
import NIOCore
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("One contract for everybody")
    struct DocumentationTests {
        private static func contract(_ title: String, _ path: String, _ schema: String) -> String {
            """
            openapi: 3.1.0
            info: {title: \(title), version: "1"}
            security: [{bearer: []}]
            paths:
              \(path):
                get:
                  responses:
                    "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
              /metrics:
                get: {responses: {"200": {description: not for everybody}}}
            components:
              schemas:
                Thing: \(schema)
            """
        }

        @Test(
            "The contracts of all services stand in one, as far as they can be reached; a service that is away is kept"
        )
        func merged() async throws {
            try await TestGateway.with { gateway in
                let lesson = Self.contract("Lessons", "/api/v1/lessons/{id}", "{type: object}")
                gateway.lesson.follow { $0.uri == "/openapi.yaml" ? .answer(200, lesson) : .answer() }
                gateway.student[0].follow { _ in .answer(500) }
                let answer = try await gateway.send("GET", "/openapi.json")
                #expect(answer.status == 200 && answer.value("Content-Type") == "application/json")
                let document = try JSONDecoder().decode(JSONValue.self, from: Data(answer.body.utf8))
                #expect(document["openapi"]?.text == "3.1.0")
                let paths = try #require(document["paths"])
                #expect(paths["/api/v1/lessons/{id}"]?["get"]?["tags"] != nil)
                #expect(paths["/api/v1/lessons/{id}"]?["get"]?["security"] != nil)
                #expect(paths["/gateway/services"] != nil && paths["/docs"] != nil)
                // The service's own, which the gateway does not lead to.
                #expect(paths["/metrics"] == nil)

                let student = Self.contract("Students", "/api/v1/students/{id}", "{type: string}")
                gateway.lesson.follow { _ in .answer(500) }
                gateway.student[0].follow { $0.uri == "/openapi.yaml" ? .answer(200, student) : .answer() }
                try await eventually("the student service is found") {
                    try await gateway.send("GET", "/openapi.json").body.contains("/api/v1/students/{id}")
                }
                let later = try await gateway.send("GET", "/openapi.json").body
                #expect(later.contains("/api/v1/lessons/{id}"))
                #expect(later.contains("LessonThing") && later.contains("StudentThing"))
                let yaml = try await gateway.send("GET", "/openapi.yaml")
                #expect(yaml.value("Content-Type") == "application/yaml" && yaml.body.hasPrefix("openapi: 3.1.0"))
            }
        }

        @Test("The pages load what they need from here, and their policy lets nothing else in")
        func pages() async throws {
            let folder = try #require(ProcessInfo.processInfo.environment["TEST_DOCS_ASSETS"])
            try await TestGateway.with(["DOCS_ASSETS": folder]) { gateway in
                for (page, script) in [("/docs", "swagger-ui-bundle.js"), ("/redoc", "redoc.standalone.js")] {
                    let answer = try await gateway.send("GET", page)
                    #expect(answer.status == 200 && answer.value("Content-Type") == "text/html; charset=utf-8")
                    #expect(
                        answer.value("Content-Security-Policy")?.hasPrefix("default-src 'none'; script-src 'self'")
                            == true
                    )
                    #expect(answer.body.contains("/docs/assets/\(script)") && !answer.body.contains("https://"))
                    let asset = try await gateway.send("GET", "/docs/assets/\(script)")
                    #expect(asset.status == 200 && asset.body.utf8.count > 500_000)
                    #expect(asset.value("Content-Type") == "text/javascript; charset=utf-8")
                    let tag = try #require(asset.value("ETag"))
                    let known = try await gateway.send(
                        "GET",
                        "/docs/assets/\(script)",
                        headers: ["If-None-Match: \(tag)"]
                    )
                    #expect(known.status == 304)
                    let small = try await gateway.send(
                        "HEAD",
                        "/docs/assets/\(script)",
                        headers: ["Accept-Encoding: gzip"]
                    )
                    #expect(small.value("Content-Encoding") == "gzip")
                    #expect(small.value("Content-Length").flatMap { Int($0) } ?? .max < 500_000)
                }
                #expect(try await gateway.send("GET", "/docs/assets/swagger.js").status == 200)
                for path in ["/docs/assets/VERSION", "/docs/assets/", "/docs/x", "/docs/assets/a/b", "/redoc/x"] {
                    #expect(try await gateway.send("GET", path).status == 404, "\(path)")
                }
            }
        }

        @Test("Without the assets the pages say what is missing")
        func missing() async throws {
            try await TestGateway.with { gateway in
                let answer = try await gateway.send("GET", "/docs")
                #expect(answer.status == 200 && answer.body.contains("DOCS_ASSETS"))
                #expect(try await gateway.send("POST", "/docs").status == 405)
            }
        }
    }
}
