import RabbitMQ
import ServiceLifecycle
import Synchronization
import TestKit
import Testing

@Suite("Consumer")
struct ConsumerTests {
    @Test func `a thousand messages arrive exactly once and in order, in micro-batches`() async throws {
        try await withTestSpace { space in
            try await space.admin.declare(space.topology())
            let seen = Recorder()
            let publisher = space.publisher()
            let consumer = space.consumer(maxBatch: 50, handler: seen.handler)
            try await space.running(publisher, consumer) {
                try await publisher.publishAll(space.messages(0..<1000))
                try await eventually("all arrive") { await seen.count == 1000 }
            }
            #expect(await seen.ids == (0..<1000).map(String.init))
            let sizes = await seen.batches.map(\.count)
            #expect(sizes.first == 1, "EV-11: the first batch is a probe")
            #expect(sizes.allSatisfy { $0 <= 50 })
            #expect(sizes.count < 500, "batches were formed")
            #expect(try await space.admin.counts(of: space.queue)?.messages == 0, "all were acknowledged")
        }
    }

    @Test func `everything about a message arrives`() async throws {
        try await withTestSpace { space in
            let seen = Recorder()
            let publisher = space.publisher(topology: space.topology())
            let consumer = space.consumer(topology: space.topology(), handler: seen.handler)
            var message = space.message(7, routingKey: "lesson.completed")
            message.correlationID = "correlation"
            message.headers = ["version": .integer(3)]
            let published = message
            try await space.running(publisher, consumer) {
                try await publisher.publishAll([published])
                try await eventually("it arrives") { await seen.count == 1 }
            }
            let delivery = try #require(await seen.deliveries.first)
            #expect(delivery.body == published.body)
            #expect(delivery.exchange == space.exchange)
            #expect(delivery.routingKey == "lesson.completed")
            #expect(delivery.messageID == "7")
            #expect(delivery.type == "lesson.completed")
            #expect(delivery.appID == "tests")
            #expect(delivery.correlationID == "correlation")
            #expect(delivery.timestamp == published.timestamp)
            #expect(delivery.contentType == "application/json")
            #expect(delivery.headers == ["version": .integer(3)])
            #expect(!delivery.isRedelivered)
            #expect(delivery.deliveryCount == nil)
        }
    }

    @Test func `order holds when a single active consumer dies and a standby takes over`() async throws {
        try await withTestSpace { space in
            let topology = space.topology(hasSingleActiveConsumer: true)
            try await space.admin.declare(topology)
            let (first, second) = (Recorder(), Recorder())
            let stuck = Gate()
            let dying = space.consumer(topology: topology, prefetch: 4, maxBatch: 2) { batch in
                await first.record(batch)
                if await first.count > 3 { await stuck.pass() }
                return batch.map { _ in .done }
            }
            let standby = space.consumer(topology: topology, handler: second.handler)
            let publisher = space.publisher()
            try await space.running(publisher) {
                try await withThrowingTaskGroup { group in
                    group.addTask { try await dying.run() }
                    try await eventually("the first is active") { dying.state.isConsuming }
                    try await publisher.publishAll(space.messages(0..<50))
                    try await eventually("the first is stuck") { await first.count > 3 }
                    try await space.running(standby) {
                        try await eventually("the standby waits") { standby.state.isConsuming }
                        group.cancelAll()
                        try await eventually("the standby finishes") { await second.ids.last == "49" }
                    }
                }
            }
            let taken = try #require(await second.ids.first.flatMap(Int.init))
            #expect(taken < 10)
            #expect(await second.ids == (taken..<50).map(String.init))
        }
    }

    @Test func `case 7 LQ-7 a deleted queue is noticed within a second and set up anew, with word of it`() async throws
    {
        try await withTestSpace { space in
            let seen = Recorder()
            let states = Mutex<[QueueState]>([])
            let consumer = space.consumer(
                topology: space.topology(),
                onConnected: { state in states.withLock { $0.append(state) } },
                handler: seen.handler
            )
            let publisher = space.publisher(topology: Topology(exchanges: [.init(space.exchange)]))
            try await space.running(publisher, consumer) {
                try await eventually("consuming") { consumer.state.isConsuming }
                let start = ContinuousClock.now
                try await space.admin.delete(queue: space.queue)
                try await eventually("noticed") { consumer.state.failures == 1 }
                #expect(ContinuousClock.now - start < .seconds(1))
                try await eventually("set up anew") { states.withLock(\.count) == 2 && consumer.state.isConsuming }
                try await publisher.publishAll([space.message(1)])
                try await eventually("consuming again") { await seen.count == 1 }
            }
            #expect(states.withLock { $0.map(\.wasCreated) } == [true, true])
        }
    }

    @Test func `an existing queue is announced with its backlog, and nothing is consumed before the greeting ends`()
        async throws
    {
        try await withTestSpace { space in
            try await space.admin.declare(space.topology())
            _ = try await space.admin.publish(space.messages(0..<3))
            let (seen, greeting) = (Recorder(), Gate())
            let states = Mutex<[QueueState]>([])
            let consumer = space.consumer(
                topology: space.topology(),
                onConnected: { state in
                    states.withLock { $0.append(state) }
                    await greeting.pass()
                },
                handler: seen.handler
            )
            try await space.running(consumer) {
                try await eventually("greeted") { states.withLock { !$0.isEmpty } }
                #expect(!consumer.state.isConsuming)
                #expect(await seen.count == 0)
                greeting.open()
                try await eventually("consumed") { await seen.count == 3 }
            }
            #expect(states.withLock(\.self) == [QueueState(wasCreated: false, messageCount: 3)])
        }
    }

    @Test func `a greeting that fails is tried again on a new connection`() async throws {
        try await withTestSpace { space in
            let attempts = Mutex(0)
            let consumer = space.consumer(
                topology: space.topology(),
                onConnected: { _ in
                    if attempts.withLock({
                        $0 += 1; return $0
                    }) < 3 {
                        throw CancellationError()
                    }
                },
                handler: Recorder().handler
            )
            try await space.running(consumer) {
                try await eventually("consuming") { consumer.state.isConsuming }
            }
            #expect(attempts.withLock(\.self) == 3)
        }
    }

    @Test func `EV-11 a pause hands out nothing more and costs no delivery attempts`() async throws {
        try await withTestSpace { space in
            let topology = space.topology(deliveryLimit: 2)
            try await space.admin.declare(topology)
            let seen = Recorder()
            let publisher = space.publisher()
            let consumer = space.consumer(topology: topology, maxBatch: 1, handler: seen.handler)
            try await space.running(publisher, consumer) {
                try await publisher.publishAll(space.messages(0..<2))
                try await eventually("warm") { await seen.count == 2 }
                consumer.pause()
                try await eventually("paused") { consumer.state.isPaused }
                try await publisher.publishAll(space.messages(2..<10))
                try await eventually("held back") { consumer.state.buffered == 8 }
                #expect(await seen.count == 2)
                consumer.resume()
                try await eventually("resumed") { await seen.count == 10 }
            }
            #expect(await seen.ids == (0..<10).map(String.init))
            #expect(await seen.deliveries.allSatisfy { $0.deliveryCount == nil })
        }
    }

    @Test func `a graceful shutdown finishes the running batch and acknowledges it`() async throws {
        try await withTestSpace { space in
            try await space.admin.declare(space.topology())
            _ = try await space.admin.publish(space.messages(0..<5))
            let (seen, finish) = (Recorder(), Gate())
            let consumer = space.consumer(maxBatch: 2) { batch in
                await seen.record(batch)
                if await seen.count > 1 { await finish.pass() }
                return batch.map { _ in .done }
            }
            let group = ServiceGroup(services: [consumer], logger: space.logger)
            try await withThrowingTaskGroup { tasks in
                tasks.addTask { try await group.run() }
                try await eventually("the second batch is running") { await seen.count > 1 }
                await group.triggerGracefulShutdown()
                try await eventually("told") { consumer.state.isShuttingDown }
                finish.open()
                try await tasks.waitForAll()
            }
            let handled = await seen.count
            #expect(handled <= 3)
            #expect(try await space.admin.counts(of: space.queue) == QueueCounts(messages: 5 - handled, consumers: 0))
            let rest = Recorder()
            try await space.running(space.consumer(handler: rest.handler)) {
                try await eventually("the rest arrives") { await rest.count == 5 - handled }
            }
            let attempts = await rest.deliveries.compactMap(\.deliveryCount)
            #expect(attempts.allSatisfy { $0 == 1 }, "leaving politely costs one attempt")
        }
    }

    @Test func `LQ-2 heartbeats keep going while the handler is slow and while nothing happens`() async throws {
        var configuration = try sharedBroker()
        configuration.heartbeat = .seconds(1)
        try await withTestSpace(on: configuration) { space in
            let (started, finish) = (Gate(), Gate())
            let consumer = space.consumer(topology: space.topology()) { batch in
                started.open()
                await finish.pass()
                return batch.map { _ in .done }
            }
            let publisher = space.publisher()
            try await space.running(publisher, consumer) {
                try await eventually("declared") { consumer.state.isConsuming }
                try await publisher.publishAll([space.message(1)])
                await started.pass()
                // Without heartbeats the broker ends a connection after two of them.
                let end = ContinuousClock.now + .seconds(4)
                try await eventually("time passes") { ContinuousClock.now > end }
                finish.open()
                try await eventually("acknowledged") {
                    try await space.admin.counts(of: space.queue) == QueueCounts(messages: 0, consumers: 1)
                }
                #expect(consumer.state.failures == 0)
                #expect(publisher.state.failures == 0)
            }
        }
    }

    @Test func `a message is delivered within milliseconds`() async throws {
        try await withTestSpace { space in
            let arrivals = Recorder()
            let publisher = space.publisher(topology: space.topology())
            let consumer = space.consumer(topology: space.topology(), handler: arrivals.handler)
            try await space.running(publisher, consumer) {
                try await publisher.publishAll([space.message(0)])
                try await eventually("warm") { await arrivals.count == 1 }
                var times: [Duration] = []
                for number in 1...50 {
                    let start = ContinuousClock.now
                    try await publisher.publishAll([space.message(number)])
                    try await eventually("number \(number)") { await arrivals.count > number }
                    times.append(ContinuousClock.now - start)
                }
                // A loop that polled now and then would need its whole interval.
                #expect(times.sorted()[25] < .milliseconds(100))
            }
        }
    }
}
