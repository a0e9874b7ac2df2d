import EventSourcing
import Foundation
import TestKit

/// The routes that the gateways of the story are given in a file, and another form of them.
struct StoryRoutes: Sendable {
    /// How much longer a body is that the other form does not let pass.
    private static let long = 2048

    let file: URL
    private let text: String

    /// Writes the file.
    init(of platform: Platform) throws {
        self.file = platform.folder.appending(path: "routes.yaml")
        self.text = try String(contentsOf: Platform.root.appending(path: "Gateway/routes.yaml"), encoding: .utf8)
        try self.write(areNarrow: false)
    }

    /// Writes the file.
    ///
    /// - Parameter areNarrow: Whether lessons are to be planned in few words only.
    func write(areNarrow: Bool) throws {
        let wide = "{path: /api/v1/lessons,       service: lesson, access: token}"
        let narrow = "{path: /api/v1/lessons,       service: lesson, access: token, body: 1 KiB}"
        try self.text.replacing(wide, with: areNarrow ? narrow : wide)
            .write(to: self.file, atomically: true, encoding: .utf8)
    }

    /// Whether a gateway lets lessons be planned in few words only.
    static func areNarrow(at gateway: Client) async throws -> Bool {
        let plan: JSONValue = ["topic": .string(String(repeating: "x", count: Self.long))]
        let answer = try await gateway.call("POST", "/api/v1/lessons", plan)
        return answer.status == 413
    }
}
