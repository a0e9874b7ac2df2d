import EventSourcing
import Foundation
import NIOHTTP1
import TestKit
import Testing

/// The same bytes to the gateway and to a service: both must find the same requests in them.
extension PlatformTests {
    private static let path = "/api/v1/users"
    private static let hidden = "/auth/sessions"

    @Test(
        "Case 37: gateway and service find the same requests in the same bytes, and none in a body; nobody gets another's answer"
    )
    func rawRequests() async throws {
        let tutor = try await Tutor.register(self.platform.gateway)
        let authorization = "Authorization: Bearer \(tutor.client.token ?? "")"
        let canary = Task { try await self.canary() }
        var disagreements: [String] = []
        for raw in RawRequest.all {
            let text = raw.text(path: Self.path, hidden: Self.hidden, authorization: authorization)
            let service = try await self.send(text, to: .user)
            let gateway = try await self.send(text, to: .gateway)
            disagreements += self.mistakes(of: "service", service, raw) + self.mistakes(of: "gateway", gateway, raw)
            // What the gateway passes on is what the service would have found by itself, or less.
            if gateway.seen > service.seen {
                disagreements.append("\(raw): \(gateway.seen) passed on, \(service.seen) in the bytes")
            }
        }
        #expect(disagreements == [])
        canary.cancel()
        #expect(try await canary.value > 0, "somebody was served all the while")
    }

    /// What came of some bytes.
    private struct Outcome {
        let answers: [Int]
        /// How many requests the service has counted, of those that were sent.
        let seen: Int
        /// How many of those that were only hidden.
        let hidden: Int
    }

    private func mistakes(of side: String, _ outcome: Outcome, _ raw: RawRequest) -> [String] {
        var mistakes: [String] = []
        if outcome.hidden > 0 { mistakes.append("\(side), \(raw): a body became a request") }
        switch raw.meaning {
        case .refused:
            // A head may have been good, and what is wrong with the body comes out later.
            if outcome.seen > 1 { mistakes.append("\(side), \(raw): \(outcome.seen) seen") }
            if outcome.answers.contains(where: { !(400...599).contains($0) }) || outcome.answers.count > 1 {
                mistakes.append("\(side), \(raw): answered \(outcome.answers)")
            }
        case .requests(let count):
            if outcome.seen != count || outcome.answers.count != count {
                mistakes.append("\(side), \(raw): \(outcome.seen) seen, answered \(outcome.answers)")
            }
        case .either:
            if outcome.answers.count > 1 || outcome.seen > 1 {
                mistakes.append("\(side), \(raw): \(outcome.seen) seen, answered \(outcome.answers)")
            }
        }
        return mistakes
    }

    /// Sends bytes over a connection of its own, and reads until nothing more comes.
    private func send(_ text: String, to member: Member) async throws -> Outcome {
        let before = try await self.counts()
        let answer = try await RawSocket.exchange(text, port: self.platform.port(member))
        let after = try await self.counts()
        let statuses = answer.split(separator: "HTTP/1.").dropFirst(answer.hasPrefix("HTTP/1.") ? 0 : 1).compactMap {
            Int($0.dropFirst(2).prefix(3))
        }
        return Outcome(
            answers: statuses.filter { $0 >= 200 },
            seen: after.sent - before.sent,
            hidden: after.hidden - before.hidden
        )
    }

    /// What the user service has counted so far.
    private func counts() async throws -> (sent: Int, hidden: Int) {
        let text = try await self.platform.client(of: .user).call("GET", "/metrics").body
        func total(_ route: String) -> Int {
            text.split(separator: "\n").filter {
                $0.hasPrefix("http_requests_total{") && $0.contains("route=\"\(route)\"")
            }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0) { $0 + Int($1) }
        }
        return (total(Self.path), total(Self.hidden))
    }

    /// Somebody who asks all the while, and must get nothing but the own answers.
    private func canary() async throws -> Int {
        let people = try await [Tutor.register(self.platform.gateway), Tutor.register(self.platform.gateway)]
        var count = 0
        while true {
            for person in people {
                let correlation = "canary-\(UUID().uuidString.lowercased())"
                do {
                    let answer = try await person.client.call("GET", "/auth/me", correlation: correlation)
                    try #require(answer.status == 200 && answer.headers.first(name: "X-Correlation-ID") == correlation)
                    count += 1
                } catch is CancellationError {
                    return count
                }
            }
        }
    }
}
