import Foundation
import RabbitMQ
import TestKit
import Testing

@Suite("Broker faults", .serialized, .privateBroker)
struct BrokerFaultTests {
    private let broker: PrivateBroker
    let configuration: RabbitMQConfiguration

    init() throws {
        self.broker = try #require(PrivateBroker.current)
        self.configuration = try self.broker.configuration()
    }

    @Test func `case 6 LQ-3 a memory alarm is visible, publishing fails in time, consuming goes on`() async throws {
        var configuration = self.configuration
        configuration.publishTimeout = .seconds(1)
        try await withTestSpace(on: configuration) { space in
            let seen = Recorder()
            let publisher = space.publisher(topology: space.topology())
            let consumer = space.consumer(topology: space.topology(), maxBatch: 10, handler: seen.handler)
            try await space.running(publisher, consumer) {
                consumer.pause()
                try await publisher.publishAll(space.messages(0..<100))
                try await self.broker.server.control("set_vm_memory_high_watermark", "0")
                consumer.resume()
                let start = ContinuousClock.now
                let error = await #expect(throws: RabbitMQError.self) {
                    try await publisher.publish(space.messages(100..<200))
                }
                #expect(error?.code == .blocked)
                #expect(error?.isRetriable == true)
                #expect(ContinuousClock.now - start < .seconds(3))
                #expect(publisher.state.blockedReason?.isEmpty == false)
                try await eventually("the backlog is consumed") { await seen.count >= 100 }
                try await self.broker.server.control("set_vm_memory_high_watermark", "0.4")
                try await eventually("unblocked") { publisher.state.blockedReason == nil }
                try await publisher.publishAll(space.messages(100..<200))
                try await eventually("everything arrives") { Set(await seen.ids).count == 200 }
                #expect(publisher.state.failures == 0, "an alarm is no reason to reconnect")
            }
        }
    }

    @Test func `case 5 LQ-2 a stopped broker is noticed after two heartbeats, and forgiven`() async throws {
        var configuration = self.configuration
        configuration.heartbeat = .seconds(1)
        configuration.connectTimeout = .milliseconds(500)
        configuration.publishTimeout = .seconds(5)
        try await withTestSpace(on: configuration) { space in
            let seen = Recorder()
            let publisher = space.publisher(topology: space.topology())
            let consumer = space.consumer(topology: space.topology(), handler: seen.handler)
            try await space.running(publisher, consumer) {
                try await publisher.publishAll([space.message(1)])
                try await eventually("consuming") { await seen.count == 1 }
                try await self.broker.server.freeze()
                let start = ContinuousClock.now
                try await eventually("noticed") { !publisher.state.isConnected && !consumer.state.isConnected }
                #expect(ContinuousClock.now - start <= .seconds(3), "twice the heartbeat and one second")
                #expect(publisher.state.lastError?.isRetriable == true)
                try await self.broker.server.thaw()
                try await eventually("back") { publisher.state.isConnected && consumer.state.isConsuming }
                try await publisher.publishAll([space.message(2)])
                try await eventually("arrived") { await seen.ids.contains("2") }
            }
        }
    }

    @Test func `LQ-3 the watchdog frees a publisher whose broker stops reading in the middle of a message`()
        async throws
    {
        var configuration = self.configuration
        configuration.heartbeat = .seconds(60)
        configuration.publishTimeout = .seconds(2)
        configuration.connectTimeout = .milliseconds(500)
        try await withTestSpace(on: configuration) { space in
            let publisher = space.publisher(topology: space.topology())
            try await space.running(publisher) {
                try await publisher.publishAll([space.message(1)])
                try await self.broker.server.freeze()
                let start = ContinuousClock.now
                // More than all socket buffers hold.
                let large = space.message(2, body: Array(repeating: 7, count: 32 << 20))
                let error = await #expect(throws: RabbitMQError.self) { try await publisher.publish([large]) }
                #expect(ContinuousClock.now - start < .seconds(4))
                #expect(error?.code == .timeout)
                #expect(error?.isRetriable == true)
                try await self.broker.server.thaw()
                try await publisher.publishAll([space.message(3)])
            }
        }
    }

    @Test func `LQ-4 nothing waits for ever on a stopped broker`() async throws {
        var configuration = self.configuration
        configuration.connectTimeout = .milliseconds(500)
        try await withTestSpace(on: configuration) { space in
            try await self.broker.server.freeze()
            let start = ContinuousClock.now
            let error = await #expect(throws: RabbitMQError.self) { try await space.admin.counts(of: space.queue) }
            try await self.broker.server.thaw()
            #expect(error?.code == .unreachable)
            #expect(ContinuousClock.now - start < .seconds(3))
        }
    }

    @Test func `case 4 a broker killed under load loses nothing that was confirmed`() async throws {
        try await withTestSpace(on: self.configuration) { space in
            let publisher = space.publisher(topology: space.topology())
            let (confirmed, seen, isOver) = (Confirmed(), Recorder(), Gate())
            let consumer = space.consumer(topology: space.topology(), handler: seen.handler)
            try await space.running(publisher, consumer) {
                try await withThrowingTaskGroup { group in
                    group.addTask {
                        // The relay's loop: what is not confirmed comes again.
                        var messages = space.messages(0..<20)
                        while !isOver.isOpen {
                            try await publisher.publishUntilConfirmed(messages)
                            await confirmed.record(messages)
                            let next = 20 + (Int(messages[0].messageID) ?? 0)
                            messages = space.messages(next..<(next + 20))
                        }
                    }
                    try await self.broker.server.expectWrittenDown(queues: space.topology().queues.map(\.name))
                    try await eventually("under load") { await confirmed.count > 100 }
                    try await self.broker.server.kill()
                    try await self.broker.server.start()
                    let restarted = ContinuousClock.now
                    let before = await confirmed.count
                    try await eventually("publishing again") { await confirmed.count > before }
                    #expect(ContinuousClock.now - restarted < .seconds(5))
                    isOver.open()
                    try await group.waitForAll()
                }
                try await eventually(within: .seconds(30), "everything confirmed arrives") {
                    Set(await seen.ids).isSuperset(of: await confirmed.ids)
                }
            }
            #expect(await confirmed.count > 200)
            #expect(publisher.state.failures > 0)
        }
    }

    @Test func `EV-10 case 10 the broker's policy buries what 21 attempts could not digest`() async throws {
        try await withTestSpace(on: self.configuration) { space in
            // What `deploy/rabbitmq/definitions.json` makes of a service's queue.
            let grave = Topology(
                queues: [.init(space.deadLetters)],
                bindings: [.init(queue: space.deadLetters, exchange: "repitbot.dead", routingKey: "")]
            )
            try await space.admin.declare(grave)
            let seen = Recorder()
            let publisher = space.publisher(topology: space.topology())
            let consumer = space.consumer(topology: space.topology()) { batch in
                await seen.record(batch)
                return batch.map { $0.messageID == "1" ? .requeue : .done }
            }
            try await space.running(publisher, consumer) {
                try await publisher.publishAll(space.messages(0..<3))
                try await eventually("buried") { try await space.admin.counts(of: space.deadLetters)?.messages == 1 }
            }
            #expect(await seen.ids.filter { $0 == "1" }.count == 21)
            try await space.admin.get(from: space.deadLetters, limit: 1) { letters in
                let death = letters.first?.headers["x-death"]?.array?.first?.table
                #expect(death?["reason"] == .string("delivery_limit"))
                return letters.map { _ in .done }
            }
        }
    }

    @Test func `headers of every kind are read, unknown ones as unknown`() async throws {
        try await withTestSpace(on: self.configuration) { space in
            try await space.admin.declare(space.topology())
            // Kinds that this library never sends, from a client that does.
            try await self.publishFromErlang(
                to: space.queue,
                headers: """
                    [{<<"decimal">>, decimal, {2, 314}}, {<<"byte">>, byte, -1}, {<<"short">>, short, -300},
                     {<<"int">>, signedint, -70000}, {<<"long">>, long, 5000000000}, {<<"ubyte">>, unsignedbyte, 200},
                     {<<"ushort">>, unsignedshort, 60000}, {<<"uint">>, unsignedint, 4000000000},
                     {<<"float">>, float, 0.5}, {<<"double">>, double, 0.25}, {<<"void">>, void, undefined},
                     {<<"bool">>, bool, true}, {<<"time">>, timestamp, 1800000000}, {<<"bytes">>, binary, <<1, 2>>},
                     {<<"text">>, longstr, <<"t">>}, {<<"list">>, array, [{signedint, 1}, {array, [{void, undefined}]}]}]
                    """
            )
            let delivery = try await self.takeOne(from: space)
            #expect(
                delivery.headers == [
                    "decimal": .unknown(UInt8(ascii: "D")), "byte": .integer(-1), "short": .integer(-300),
                    "int": .integer(-70000), "long": .integer(5_000_000_000), "ubyte": .integer(200),
                    "ushort": .integer(60000), "uint": .integer(4_000_000_000), "float": .double(0.5),
                    "double": .double(0.25), "void": .null, "bool": .boolean(true),
                    "time": .timestamp(Date(timeIntervalSince1970: 1_800_000_000)), "bytes": .bytes([1, 2]),
                    "text": .string("t"), "list": .array([.integer(1), .array([.null])]),
                ]
            )
        }
    }

    @Test func `LQ-11 tables nested a thousandfold are cut off, not followed`() async throws {
        try await withTestSpace(on: self.configuration) { space in
            try await space.admin.declare(space.topology())
            try await self.publishFromErlang(
                to: space.queue,
                headers: #"[{<<"deep">>, array, lists:foldl(fun(_, A) -> [{array, A}] end, [], lists:seq(1, 26000))}]"#
            )
            let seen = Recorder()
            try await space.running(space.consumer(handler: seen.handler)) {
                try await eventually("it is survived") { await seen.count == 1 }
            }
            var value = try #require(await seen.deliveries.first?.headers["deep"])
            var depth = 1
            while let inner = value.array?.first {
                value = inner
                depth += 1
            }
            #expect(depth == HeaderValue.maximumDepth)
            #expect(value == .unknown(UInt8(ascii: "A")))
        }
    }

    @Test func `LQ-10 TLS works when the authority is trusted and the name is right`() async throws {
        try await withTestSpace(on: self.broker.encryption.configuration()) { space in
            let seen = Recorder()
            let publisher = space.publisher(topology: space.topology())
            let consumer = space.consumer(topology: space.topology(), handler: seen.handler)
            try await space.running(publisher, consumer) {
                try await publisher.publishAll(space.messages(0..<500))
                try await eventually("all arrive") { await seen.count == 500 }
            }
        }
    }

    @Test func `LQ-10 TLS refuses whom an unknown authority vouches for, and whose name is another`() async throws {
        let encryption = self.broker.encryption
        let stranger = TestSpace(configuration: try encryption.configuration(trusting: "stranger"))
        let distrust = await #expect(throws: RabbitMQError.self) { try await stranger.admin.counts(of: "any") }
        #expect(distrust?.code == .tlsFailed)
        #expect(distrust?.isFatal == true)

        try encryption.present("elsewhere")
        try await self.broker.server.control("eval", "ssl:clear_pem_cache().")
        let elsewhere = TestSpace(configuration: try encryption.configuration())
        let mismatch = await #expect(throws: RabbitMQError.self) { try await elsewhere.admin.counts(of: "any") }
        #expect(mismatch?.code == .tlsFailed)
        #expect(mismatch?.message.contains("hostname") == true)
        try encryption.present("localhost")
        try await self.broker.server.control("eval", "ssl:clear_pem_cache().")
    }

    private func publishFromErlang(to queue: String, headers: String) async throws {
        let properties = "rabbit_basic:properties([{headers, \(headers)}])"
        let exchange = #"rabbit_misc:r(<<"/">>, exchange, <<"">>)"#
        try await self.broker.server.control(
            "eval",
            #"rabbit_basic:publish(\#(exchange), <<"\#(queue)">>, \#(properties), <<"body">>)."#
        )
    }

    private func takeOne(from space: TestSpace) async throws -> Delivery {
        let seen = Recorder()
        try await space.running(space.consumer(handler: seen.handler)) {
            try await eventually("it arrives") { await seen.count == 1 }
        }
        return try #require(await seen.deliveries.first)
    }
}

/// The identities of messages that the broker has confirmed.
private actor Confirmed {
    private(set) var ids: [String] = []

    var count: Int { self.ids.count }

    func record(_ messages: [OutboundMessage]) {
        self.ids += messages.map(\.messageID)
    }
}
