import Contracts
import FoundationEssentials
import ServiceKit
import Synchronization
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("Tokens at the door")
    struct TokenTests {
        @Test("Case 28: whatever is no valid access token gets the same 401, and no service hears of it")
        func refusals() async throws {
            try await TestGateway.with { gateway in
                let other = TokenSigner(key: SigningKey(id: "test-key"))
                let principal = Principal(id: UUID(), role: .admin, sessionID: UUID())
                let expired = TokenSigner(key: SigningKey(id: "test-key"), now: { Date(timeIntervalSince1970: 0) })
                let good = try gateway.token()
                let parts = good.split(separator: ".").map(String.init)
                let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0"
                var headers = [
                    "Authorization: Bearer \(try other.sign(principal))",
                    "Authorization: Bearer \(try expired.sign(principal))",
                    "Authorization: Bearer \(none).\(parts[1]).", "Authorization: Bearer \(parts[0]).\(parts[1]).",
                    "Authorization: Bearer \(parts[0]).\(parts[1])", "Authorization: Bearer", "Authorization: Bearer  ",
                    "Authorization: Basic YTpi", "Authorization: \(good)", "Authorization: Bearer \(good)x",
                    "Authorization: Bearer \(good), Bearer \(good)", "X-Nothing: 1",
                ]
                headers.append("Authorization: Bearer \(good)\r\nAuthorization: Bearer \(good)")
                var bodies: Set<String> = []
                for header in headers {
                    let answer = try await gateway.send(
                        "GET",
                        "/api/v1/lessons",
                        headers: [header, "X-Correlation-ID: constant"]
                    )
                    #expect(answer.status == 401, "\(header)")
                    #expect(answer.value("WWW-Authenticate") == "Bearer")
                    bodies.insert(answer.body)
                }
                #expect(bodies.count == 1)
                #expect(gateway.lesson.requests.isEmpty)
                #expect(
                    try await gateway.send("GET", "/api/v1/lessons", headers: ["Authorization: bEARER \(good)"]).status
                        == 200
                )
            }
        }

        @Test("Where no token is needed, whatever is in Authorization is passed on untouched")
        func openRoutes() async throws {
            try await TestGateway.with { gateway in
                let header = ["Authorization: Bot 123:abc"]
                let answer = try await gateway.send("POST", "/auth/redeem", headers: header, body: "{}")
                #expect(answer.status == 200)
                #expect(gateway.user.requests.last?.values("Authorization") == ["Bot 123:abc"])
            }
        }

        @Test("Before the first keys came a token is not refused for good: 503; what is no token at all is 401")
        func noKeysYet() async throws {
            try await TestGateway.with(hasKeys: false) { gateway in
                let token = try gateway.token()
                let early = try await gateway.send("GET", "/api/v1/lessons", token: token)
                #expect(early.status == 503)
                #expect(early.value("Retry-After") == "1")
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: "a.b.c").status == 401)
                gateway.serveKeys()
                try await eventually("the keys are there") {
                    try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200
                }
                let unknown = TokenSigner(key: SigningKey(id: "unknown"))
                let stranger = try unknown.sign(Principal(id: UUID(), role: .admin, sessionID: UUID()))
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: stranger).status == 401)
            }
        }

        @Test(
            "A key that appears later is fetched; a token that was good before stays good while the keys can not be fetched"
        )
        func keys() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                gateway.user.follow { _ in .answer(500) }
                for _ in 0..<5 { #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200) }
                let another = try gateway.token()
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: another).status == 200)
            }
        }

        @Test("Case 29: keys rotate under load, as the user service does it, and nobody with a good token is refused")
        func rotation() async throws {
            let old = SigningKey(id: "old")
            let new = SigningKey(id: "new")
            try await TestGateway.with(key: old) { gateway in
                func publish(_ keys: SigningKey...) throws {
                    let set = try JSONEncoder().encode(JSONWebKeySet(keys: keys.map(\.publicKey)))
                    let text = String(decoding: set, as: UTF8.self)
                    gateway.user.follow { $0.uri.hasSuffix("jwks.json") ? .answer(200, text) : .answer() }
                }
                let load = Load(signer: TokenSigner(key: old))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 { group.addTask { try await load.ask(gateway) } }
                    try publish(old, new)
                    // The user service waits longer before it signs with a new key than gateways wait before they ask again.
                    await gateway.application.reloader.reload()
                    load.state.withLock { $0.signer = TokenSigner(key: new) }
                    try await eventually("both keys were used") { gateway.lesson.requests.count > 200 }
                    try publish(new)
                    await gateway.application.reloader.reload()
                    let before = gateway.lesson.requests.count
                    try await eventually("the old key is gone") { gateway.lesson.requests.count > before + 100 }
                    load.state.withLock { $0.isOver = true }
                    try await group.waitForAll()
                }
                #expect(load.state.withLock { $0.refused } == 0)
                let late = try TokenSigner(key: old).sign(Principal(id: UUID(), role: .tutor, sessionID: UUID()))
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: late).status == 401)
            }
        }

        /// People who ask as long as they are let.
        private final class Load: Sendable {
            struct State {
                var signer: TokenSigner
                var refused = 0
                var isOver = false
            }

            let state: Mutex<State>

            init(signer: TokenSigner) {
                self.state = Mutex(State(signer: signer))
            }

            func ask(_ gateway: TestGateway) async throws {
                while !self.state.withLock({ $0.isOver }) {
                    // A new person each time: no verdict is remembered.
                    let principal = Principal(id: UUID(), role: .tutor, sessionID: UUID())
                    let token = try self.state.withLock { $0.signer }.sign(principal)
                    let status = try await gateway.send("GET", "/api/v1/lessons", token: token).status
                    if status != 200 { self.state.withLock { $0.refused += 1 } }
                }
            }
        }
    }
}
