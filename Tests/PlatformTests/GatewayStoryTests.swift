import EventSourcing
import Foundation
import TestKit
import Testing

/// Three gateways before two instances of each service, and everything that can happen to them.
///
/// `STORY_RATE` is how many requests are due in a second, `STORY_FAULTS` how many faults there are: twelve have every instance
/// both killed and stopped. The full story is told by release programs (`make build`):
/// `PLATFORM_PROGRAMS=$PWD/.build/release STORY_RATE=2000 STORY_FAULTS=12 FILTER=GatewayStoryTests make test`.
@Suite(.serialized, .oneFleet)
struct GatewayStoryTests {
    private let platform: Platform

    init() async throws {
        self.platform = try #require(Platform.lent)
    }

    @Test("GW-3: three gateways hold one person's limit together")
    func oneLimit() async throws {
        let tutor = try await Tutor.register(self.platform.gateway)
        try await self.openGateways(["RATE_LIMIT_PER_MINUTE": "100"])
        let clients = self.platform.gateways.map { gateway in
            Client(base: self.platform.client(of: gateway).base, token: tutor.client.token)
        }
        let start = ContinuousClock.now
        let statuses = try await withThrowingTaskGroup(of: [Int].self) { group in
            for client in clients {
                group.addTask {
                    var statuses: [Int] = []
                    for _ in 0..<70 { statuses.append(try await client.call("GET", "/api/v1/achievements").status) }
                    return statuses
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // Twenty at once, and eighty more in a minute.
        let earned = (ContinuousClock.now - start) / .seconds(0.75)
        let passed = statuses.joined().filter { $0 == 200 }.count
        #expect(passed >= 20)
        #expect(passed <= 20 + Int(earned.rounded(.up)))
        #expect(statuses.joined().allSatisfy { $0 == 200 || $0 == 429 })
        #expect(statuses.allSatisfy { $0.contains(200) && $0.contains(429) }, "every gateway has let pass and refused")
        print("gateway story: \(passed) of \(statuses.joined().count) passed in \(ContinuousClock.now - start)")
    }

    @Test(
        """
        The gateway's story: under load instances are killed (GW-2), stopped (case 41) and restarted (case 49), Redis too \
        (case 22, case 23), routes change; no request fails that may be repeated
        """
    )
    func theStory() async throws {
        let environment = ProcessInfo.processInfo.environment
        let rate = environment["STORY_RATE"].flatMap { Int($0) } ?? 100
        let faults = StoryFault.script(environment["STORY_FAULTS"].flatMap { Int($0) } ?? 6)
        let routes = try StoryRoutes(of: self.platform)
        let settings = [
            "RATE_LIMIT_PER_MINUTE": "10000000", "CONNECTIONS_PER_ADDRESS": "1000", "ROUTES_FILE": routes.file.path,
        ]
        try await self.openGateways(settings)
        let visitors = try await StoryVisitor.come(4, to: self.platform.gateway)

        let gateways = self.platform.gateways
        let rotation = StoryRotation(gateways.map { self.platform.client(of: $0) })
        let ports = gateways.map { self.platform.port($0) }
        try await StoryLoad.with(ports: ports, rotation: rotation, visitors: visitors, rate: rate) { load in
            let story = GatewayStory(
                platform: self.platform,
                load: load,
                watch: StoryWatch(platform: self.platform),
                visitor: visitors[0],
                routes: routes,
                settings: settings
            )
            let start = ContinuousClock.now
            try await Self.tell(story, faults, rotation)
            let figures = load.tally.figures
            let time = ContinuousClock.now - start
            print("gateway story: STORY_RATE=\(rate) STORY_FAULTS=\(faults.count), \(time): \(figures.summary)")
            #expect(figures.findings.isEmpty, "\(figures.failures) failed")
            #expect(figures.served.count == gateways.count)
            try await LedgerReader.with(self.platform) { reader in
                let plans = (figures.answers[.keyedPlan]?[201] ?? 0) + visitors.count
                let effects = try await reader.count(of: "lesson.scheduled")
                #expect(effects == plans, "every write with a key has one effect")
            }
        }
    }

    /// Begins the load, has everything happen, and ends it.
    private static func tell(_ story: GatewayStory, _ faults: [StoryFault], _ rotation: StoryRotation) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await rotation.watch() }
            group.addTask {
                try await story.load.start()
                try await story.load.pass(seconds: 1)
                try await story.suffer(faults)
                try await story.reload()
                try await story.restartServices()
                try await story.restartGateways()
                try await story.load.finish()
            }
            // The other only ends with an error.
            try await group.next()
            group.cancelAll()
        }
    }

    /// Starts all gateways anew.
    private func openGateways(_ settings: [String: String]) async throws {
        for gateway in self.platform.gateways { try await self.platform.kill(gateway) }
        for gateway in self.platform.gateways { try await self.platform.start(gateway, environment: settings) }
        try await self.platform.ready()
    }
}
