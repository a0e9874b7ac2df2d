import FoundationEssentials
import Logging
import NIOCore
import Redis
import ServiceKit
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("Rate limits (GW-3)")
    struct LimitTests {
        private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

        private static func redis() throws -> RedisClient {
            var configuration = try RedisConfiguration(url: TestServers.url("TEST_REDIS_URL").absoluteString)
            configuration.commandTimeout = .seconds(5)
            return RedisClient(configuration: configuration, logger: self.quiet)
        }

        @Test("A burst passes at once, then one per interval, and never more than the limit in a minute")
        func arithmetic() {
            let limit = GCRA(perMinute: 100, burst: 20)
            var arrival: Int64 = 0
            var passed = 0
            let start: Int64 = 1_700_000_000_000_000
            #expect((0..<50).filter { _ in limit.decide(&arrival, at: start).isAllowed }.count == 20)
            arrival = 0
            for tick in 0..<6000 where limit.decide(&arrival, at: start + Int64(tick) * 10_000).isAllowed {
                passed += 1
            }
            #expect((99...101).contains(passed))
        }

        @Test("Refusals cost nothing, and say when to come back")
        func refusals() {
            let limit = GCRA(perMinute: 70, burst: 10)
            #expect(limit.interval == 1_000_000)
            var arrival: Int64 = 0
            let now: Int64 = 1_000_000_000
            for left in (0..<10).reversed() { #expect(limit.decide(&arrival, at: now).remaining == left) }
            let before = arrival
            let refusal = limit.decide(&arrival, at: now)
            #expect(refusal == GCRA.Verdict(isAllowed: false, remaining: 0, reset: 10_000_000, retry: 1_000_000))
            #expect(arrival == before)
            #expect(limit.decide(&arrival, at: now + 1_000_000).isAllowed)
        }

        @Test("The script in Redis decides as the arithmetic here, key by key, several in one call")
        func script() async throws {
            let redis = try Self.redis()
            defer { Task { await redis.close() } }
            let shared = SharedLimits(
                perMinute: 100,
                gateways: 1,
                redis: redis,
                keyPrefix: "test:\(UUID().uuidString):"
            )
            let call = shared.call([
                LimitQuestion(.general, key: "a"), LimitQuestion(.login, key: "a"), LimitQuestion(.general, key: "b"),
                LimitQuestion(.general, key: "a"),
            ])
            let reply = try await redis.evaluate(LimitCall.script, keys: call.keys, arguments: call.arguments)
            let verdicts = try #require(call.verdicts(of: reply))
            #expect(verdicts.map(\.isAllowed) == [true, true, true, true])
            #expect(verdicts.map(\.remaining) == [19, 9, 19, 18])
            #expect(verdicts.map(\.retry) == [0, 0, 0, 0])
            // Redis's clock moves on between the two answers for key a.
            #expect(verdicts[0].reset == shared.limit(of: .general).interval)
            var refused: GCRA.Verdict?
            for _ in 0..<12 {
                let call = shared.call([LimitQuestion(.login, key: "a")])
                let reply = try await redis.evaluate(LimitCall.script, keys: call.keys, arguments: call.arguments)
                refused = call.verdicts(of: reply)?.first
            }
            let last = try #require(refused)
            #expect(!last.isAllowed)
            #expect((1...shared.limit(of: .login).interval).contains(last.retry))
            let key = try await redis.send(RedisCommand("PTTL", call.keys[1])).number ?? 0
            #expect((1...60_000).contains(key))
        }

        private static func guesses(from addresses: Range<Int>, each count: Int) -> [LimitQuestion] {
            addresses.flatMap { address in
                (0..<count).map { _ in LimitQuestion(.login, key: "2001.db8.1.\(address)", site: "2001.db8.1") }
            }
        }

        @Test(
            "An IPv6 network is limited besides its addresses; what an address is refused costs its neighbours nothing"
        )
        func sites() async throws {
            let redis = try Self.redis()
            defer { Task { await redis.close() } }
            let prefix = "test:\(UUID().uuidString):"
            let shared = SharedLimits(perMinute: 100, gateways: 1, redis: redis, keyPrefix: prefix)
            // One call, so Redis's clock stands still: ten for each address, fifty for all.
            let questions = Self.guesses(from: 0..<1, each: 100) + Self.guesses(from: 1..<7, each: 10)
            let call = shared.call(questions)
            let reply = try await redis.evaluate(LimitCall.script, keys: call.keys, arguments: call.arguments)
            let verdicts = try #require(call.verdicts(of: reply))
            let decisions = shared.decisions(about: questions, verdicts)
            #expect(decisions.prefix(100).filter(\.isAllowed).count == 10)
            #expect(decisions.filter(\.isAllowed).count == 50)
            #expect(decisions.prefix(100).allSatisfy { $0.limitClass == .login })
            #expect(decisions.last?.limitClass == .loginSite)
            #expect(decisions.last?.isAllowed == false)

            // Without Redis half of it.
            let alone = SharedLimits(perMinute: 100, gateways: 1, redis: nil)
            let now = NIODeadline.now()
            let local = questions.map { alone.decideLocally($0, at: now) }
            #expect(local.prefix(100).filter(\.isAllowed).count == 5)
            #expect(local.filter(\.isAllowed).count == 25)
            #expect(local.contains { $0.limitClass == .loginSite && !$0.isAllowed })
        }

        @Test("A flood of new keys does not make the local limiter forget whom it refuses")
        func fullMemory() {
            let limiter = LocalLimiter(
                limits: LimitClass.allCases.map { _ in GCRA(perMinute: 100, burst: 10) },
                capacity: 8
            )
            let now = NIODeadline.now()
            let guesser = LimitBudget(limitClass: .login, key: "guesser")
            for _ in 0..<10 { #expect(limiter.decide(guesser, at: now).isAllowed) }
            for number in 0..<100 {
                #expect(limiter.decide(LimitBudget(limitClass: .login, key: "\(number)"), at: now).isAllowed)
            }
            #expect(!limiter.decide(guesser, at: now).isAllowed)
        }

        @Test("Two gateways on one Redis share one limit; every answer tells it; another person is not concerned")
        func sharedLimit() async throws {
            let prefix = "test:\(UUID().uuidString):"
            let key = SigningKey(id: "shared")
            let variables = ["RATE_LIMIT_PER_MINUTE": "100"]
            try await TestGateway.with(variables, keyPrefix: prefix, key: key) { first in
                try await TestGateway.with(variables, keyPrefix: prefix, key: key) { second in
                    let token = try first.token()
                    let start = ContinuousClock.now
                    async let ours = first.burst(30, "GET", "/api/v1/lessons", token: token)
                    async let theirs = second.burst(30, "GET", "/api/v1/lessons", token: token)
                    let answers = try await ours + theirs
                    let earned = Int((ContinuousClock.now - start) / .milliseconds(750)) + 1
                    let passed = answers.filter { $0.status == 200 }.count
                    #expect((20...20 + earned).contains(passed))
                    #expect(answers[0].value("RateLimit-Policy") == "\"general\";q=100;w=60")
                    #expect(answers[0].value("RateLimit")?.hasPrefix("\"general\";r=") == true)
                    #expect(
                        Set(answers.compactMap { $0.value("X-RateLimit-Remaining") }).isSuperset(of: ["0", "7", "19"])
                    )
                    #expect(answers[0].value("X-RateLimit-Limit") == "100")
                    let refusal = try #require(answers.last)
                    #expect(refusal.status == 429)
                    #expect(refusal.value("Retry-After") == "1")
                    #expect(refusal.value("Content-Type") == "application/problem+json")
                    #expect(refusal.body.contains("urn:repitbot:problem:too-many-requests"))
                    #expect(try await second.send("GET", "/api/v1/lessons", token: second.token()).status == 200)
                    #expect(first.lesson.requests.count + second.lesson.requests.count == passed + 1)
                }
            }
        }

        @Test(
            "Whoever has no token is counted by address: sign-in tightly, codes more tightly, and guessing tokens too"
        )
        func anonymous() async throws {
            try await TestGateway.with(["RATE_LIMIT_PER_MINUTE": "100"]) { gateway in
                let start = ContinuousClock.now
                let statuses = try await gateway.burst(40, "POST", "/auth/login").map(\.status)
                let earned = Int((ContinuousClock.now - start) / .seconds(3)) + 1
                #expect((10...10 + earned).contains(statuses.filter { $0 == 200 }.count))
                #expect(statuses.contains(429))
                #expect(
                    try await gateway.send("POST", "/auth/redeem", body: "{}").value("RateLimit-Policy")
                        == "\"code\";q=20;w=60"
                )
                let guess = try await gateway.send("GET", "/api/v1/users", token: "a.b.c")
                #expect(guess.status == 401)
                #expect(guess.value("RateLimit-Policy") == "\"general\";q=100;w=60")
                let guesses = try await gateway.burst(60, "GET", "/api/v1/users", token: "a.b.c").map(\.status)
                #expect(Set(guesses) == [401, 429])
                #expect(try await gateway.send("GET", "/api/v1/users", token: gateway.token()).status == 200)
            }
        }

        @Test("Case 23: Redis stands still, and every decision still comes; sign-in stays limited")
        func frozenRedis() async throws {
            try await PrivateServer.with(.redis) { server in
                let variables = ["REDIS_PORT": "\(server.port)", "RATE_LIMIT_PER_MINUTE": "100"]
                try await TestGateway.with(variables, redisBudget: .milliseconds(60)) { gateway in
                    let token = try gateway.token()
                    #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200)
                    try await server.freeze()
                    var statuses: [Int] = []
                    for _ in 0..<40 {
                        statuses.append(try await gateway.send("POST", "/auth/login", body: "{}").status)
                    }
                    try await server.thaw()
                    // All were decided while Redis stood still; how soon is a setting, which ControlTests look at.
                    #expect(Set(statuses) == [200, 429])
                    #expect(statuses.filter { $0 == 200 }.count <= 8)
                }
            }
        }

        @Test("Case 22: Redis is killed, comes back empty, forgets its scripts, and nobody notices but the limits")
        func restartedRedis() async throws {
            try await PrivateServer.with(.redis) { server in
                try await TestGateway.with(["REDIS_PORT": "\(server.port)"]) { gateway in
                    let token = try gateway.token()
                    let redis = RedisClient(
                        configuration: RedisConfiguration(host: "127.0.0.1", port: server.port),
                        logger: Self.quiet
                    )
                    _ = try await redis.send(RedisCommand("SCRIPT", "FLUSH"))
                    #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200)
                    try await server.kill()
                    for _ in 0..<10 {
                        #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200)
                    }
                    try await server.start()
                    try await eventually("Redis decides again") {
                        guard try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200 else {
                            return false
                        }
                        do {
                            return (try await redis.send(RedisCommand("DBSIZE")).number ?? 0) > 0
                        } catch is RedisError {
                            return false
                        }
                    }
                    await redis.close()
                }
            }
        }

        @Test("Case 24: Redis is full or a replica: soft for general requests, strict for sign-in")
        func readOnlyRedis() async throws {
            try await PrivateServer.with(.redis) { server in
                try await TestGateway.with(["REDIS_PORT": "\(server.port)", "RATE_LIMIT_PER_MINUTE": "100"]) {
                    gateway in
                    let redis = RedisClient(
                        configuration: RedisConfiguration(host: "127.0.0.1", port: server.port),
                        logger: Self.quiet
                    )
                    _ = try await redis.send(RedisCommand("CONFIG", "SET", "maxmemory", "1"))
                    let token = try gateway.token()
                    #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200)
                    let statuses = try await gateway.burst(40, "POST", "/auth/login").map(\.status)
                    #expect(statuses.filter { $0 == 200 }.count <= 8)
                    await redis.close()
                }
            }
        }
    }
}
