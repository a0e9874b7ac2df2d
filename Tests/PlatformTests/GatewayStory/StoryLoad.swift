import NIOCore
import NIOPosix
import TestKit

/// The load of the story, to whoever tells it.
final class StoryLoad: Sendable {
    let rate: Int
    let tally = StoryTally()
    private let group: MultiThreadedEventLoopGroup
    private let driver: NIOLoopBound<StoryDriver>

    /// Prepares the load.
    ///
    /// - Parameters:
    ///   - ports: Where the gateways are.
    ///   - rotation: Which of them take new clients.
    ///   - visitors: Who asks.
    ///   - rate: How many requests are due in a second.
    private init(ports: [Int], rotation: StoryRotation, visitors: [StoryVisitor], rate: Int) async throws {
        self.rate = rate
        self.group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let (eventLoop, tally) = (self.group.next(), self.tally)
        self.driver = try await eventLoop.submit {
            let clients = StoryClients(on: eventLoop, ports: ports, rotation: rotation, tally: tally)
            let driver = StoryDriver(on: eventLoop, clients: clients, visitors: visitors, rate: rate, tally: tally)
            return NIOLoopBound(driver, eventLoop: eventLoop)
        }.get()
    }

    /// Lends the load, not yet begun, to `body`.
    static func with(
        ports: [Int],
        rotation: StoryRotation,
        visitors: [StoryVisitor],
        rate: Int,
        _ body: (StoryLoad) async throws -> Void
    ) async throws {
        let load = try await StoryLoad(ports: ports, rotation: rotation, visitors: visitors, rate: rate)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(load)) } catch { outcome = .failure(error) }
        try await load.group.shutdownGracefully()
        try outcome.get()
    }

    func start() async throws {
        try await self.onLoop { $0.start() }
    }

    /// Sends no more, and waits for the last answer.
    func finish() async throws {
        try await self.onLoop { $0.stopSending() }
        try await eventually(within: .seconds(40), "every request has its answer") { self.tally.figures.underWay == 0 }
    }

    /// From now on this happens.
    func enter(_ title: String, isBroken: Bool = false) async throws {
        let chapter = StoryChapter(title: title, isBroken: isBroken)
        try await self.onLoop { $0.chapter = chapter }
    }

    /// Sends so many requests at once to one gateway.
    func burst(_ question: StoryQuestion, count: Int, to gateway: Int) async throws {
        try await self.onLoop { $0.burst(question, count: count, to: gateway) }
    }

    /// Lets so many seconds' worth of requests get good answers.
    func pass(seconds: Int) async throws {
        let goal = self.tally.figures.good + self.rate * seconds
        try await eventually(within: .seconds(30), "the load goes on") { self.tally.figures.good >= goal }
    }

    private func onLoop(_ body: @escaping @Sendable (StoryDriver) -> Void) async throws {
        let driver = self.driver
        try await self.group.next().submit { body(driver.value) }.get()
    }
}
