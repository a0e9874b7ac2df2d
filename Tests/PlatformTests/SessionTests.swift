import EventSourcing
import Foundation
import NIOHTTP1
import TestKit
import Testing

/// Who has left is out, although the access token lives for a quarter of an hour.
extension PlatformTests {
    @Test(
        "AU-4, case 31: a logout and a change of password end sessions at the gateway within seconds, also without Redis"
    )
    func endedSessions() async throws {
        let gateway = self.platform.gateway
        let tutor = try await Tutor.register(gateway)
        let left = tutor.client
        try await tutor.logIn()
        let changing = tutor.client
        try await tutor.logIn()
        let other = tutor.client
        try await self.platform.kill(.redis)
        #expect(try await left.call("POST", "/auth/logout").status == 204)
        try await self.expectEnd(of: left)
        #expect(try await other.call("GET", "/auth/me").status == 200)

        let passwords: JSONValue = ["old_password": "correct horse", "new_password": "battery staple"]
        let change = try await changing.call("POST", "/auth/change-password", passwords)
        #expect(change.status < 300, "\(change.body)")
        try await self.expectEnd(of: other)
    }

    @Test("AU-4: only the gateway may ask which sessions have ended, and has to say since when")
    func sessionFeed() async throws {
        let user = self.platform.client(of: .user)
        let since = "2026-01-01T00:00:00Z"
        #expect(try await user.call("GET", "/internal/sessions/ended?since=\(since)").status == 401)
        let through = try await self.platform.gateway.call("GET", "/internal/sessions/ended?since=\(since)")
        #expect(through.status == 404)
        let key = ["X-Internal-Key": Platform.internalKey]
        let answer = try await user.call("GET", "/internal/sessions/ended?since=\(since)", headers: key)
        #expect(answer.status == 200 && answer.json["as_of"]?.text != nil && answer.json["sessions"] != nil)
        #expect(try await user.call("GET", "/internal/sessions/ended", headers: key).status == 400)
        #expect(try await user.call("GET", "/internal/sessions/ended?since=yesterday", headers: key).status == 400)
    }

    @Test("Case 32: headers that tell who somebody is are worth nothing, at the gateway and at every service")
    func spoofedIdentity() async throws {
        let headers = [
            "X-User-Id": UUID().text, "X-User-Role": "admin", "X_User_Id": UUID().text, "X-Internal-User": "admin",
            "X-Forwarded-User": "admin", "Connection": "X-User-Id",
        ]
        for member in [Member.gateway, .user, .lesson, .student] {
            let client = self.platform.client(of: member)
            for path in ["/auth/me", "/api/v1/users", "/api/v1/lessons", "/api/v1/students/\(UUID().text)"] {
                let status = try await client.call("GET", path, headers: headers).status
                #expect(status == 401 || status == 404 && member != .gateway, "\(member) \(path): \(status)")
            }
        }
    }

    private func expectEnd(of client: Client) async throws {
        try await eventually(within: .seconds(30), "the session is over") {
            try await client.call("GET", "/api/v1/users").status == 401
        }
    }
}
