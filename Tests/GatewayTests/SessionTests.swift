import Contracts
import FoundationEssentials
import Logging
import NIOCore
import ServiceKit
import Synchronization
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("Sessions that have ended (AU-4, case 31)")
    struct SessionTests {
        @Test(
            "Once a session has ended its tokens are refused, also those that were good a moment ago, with or without Redis"
        )
        func revoked() async throws {
            try await PrivateServer.with(.redis) { redis in
                try await TestGateway.with(["REDIS_PORT": "\(redis.port)"]) { gateway in
                    let session = UUID()
                    let (ended, other) = (try gateway.token(session: session), try gateway.token())
                    #expect(try await gateway.send("GET", "/api/v1/lessons", token: ended).status == 200)
                    try await redis.kill()
                    gateway.user.end(session)
                    try await eventually("the session is over") {
                        try await gateway.send("GET", "/api/v1/lessons", token: ended).status == 401
                    }
                    // A token of the same session that nobody has seen yet.
                    let fresh = try gateway.token(session: session)
                    #expect(try await gateway.send("GET", "/api/v1/lessons", token: fresh).status == 401)
                    #expect(try await gateway.send("GET", "/api/v1/lessons", token: other).status == 200)
                    try await redis.start()
                }
            }
        }

        @Test(
            "While nobody can tell which sessions have ended administrators are refused, and everybody else is served"
        )
        func unknown() async throws {
            try await TestGateway.with { gateway in
                let (admin, tutor) = (try gateway.token(.admin), try gateway.token())
                #expect(try await gateway.send("GET", "/gateway/breakers", token: admin).status == 200)
                let patience = EndedSessions.patience
                let sessions = EndedSessions(logger: gateway.quiet) { _ in throw CancellationError() }
                #expect(!sessions.isCurrent(at: .now()))
                #expect(gateway.application.endedSessions.isCurrent(at: .now() + patience - .seconds(5)))
                #expect(!gateway.application.endedSessions.isCurrent(at: .now() + patience + .seconds(1)))
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: tutor).status == 200)
            }
            try await TestGateway.with(knowsSessions: false) { gateway in
                let refusal = try await gateway.send("GET", "/gateway/breakers", token: gateway.token(.admin))
                #expect(refusal.status == 503)
                #expect(refusal.value("Retry-After") != nil)
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: gateway.token(.admin)).status == 503)
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: gateway.token()).status == 200)
            }
        }

        @Test("What was committed late is asked for again, and what no token can be of any more is forgotten")
        func window() async throws {
            let (early, late) = (UUID(), UUID())
            let start = Date(timeIntervalSince1970: 1_800_000_000)
            let questions = Mutex<[Date]>([])
            let sessions = EndedSessions(interval: .milliseconds(1), logger: Logger(label: "test")) { since in
                let round = questions.withLock { questions in
                    questions.append(since)
                    return questions.count
                }
                let session =
                    round == 1
                    ? EndedSessionsPage.Session(id: early, endedAt: start)
                    : EndedSessionsPage.Session(id: late, endedAt: start + 1150)
                return EndedSessionsPage(asOf: start + Double(round) * 600, sessions: [session])
            }
            let task = Task { await sessions.run() }
            try await eventually("two rounds") { sessions.contains(late) }
            task.cancel()
            await task.value
            // A minute before the first answer.
            #expect(questions.withLock { $0[1] } == start + 600 - 60)
            #expect(!sessions.contains(early))
        }
    }
}
