import Foundation
import RabbitMQ
import TestKit
import Testing

extension BrokerFaultTests {
    @Test func `LQ-9 memory stays flat`() async throws {
        try await withTestSpace(on: self.configuration) { space in
            let seen = Tally()
            let publisher = space.publisher(topology: space.topology())
            let consumer = space.consumer(topology: space.topology()) { batch in
                await seen.add(batch.count)
                return batch.map { _ in .done }
            }
            let messages = (0..<1000).map { space.message($0, body: Array(repeating: 1, count: 1024)) }
            try await space.running(publisher, consumer) {
                func publish(rounds: Int) async throws {
                    let goal = await seen.count + rounds * messages.count
                    for _ in 0..<rounds { try await publisher.publishAll(messages) }
                    try await eventually(within: .seconds(30), "all arrive") { await seen.count >= goal }
                }
                try await publish(rounds: 5)
                let before = try Self.residentBytes()
                try await publish(rounds: 25)
                // 25 MiB of bodies went through; keeping the hundredth part of each message would show.
                #expect(try Self.residentBytes() - before < 4 << 20)
            }
        }
    }

    private static func residentBytes() throws -> Int {
        // proc(5): the second number is the resident set, in pages.
        let numbers = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return try #require(Int(numbers[1])) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}

/// Counts.
private actor Tally {
    private(set) var count = 0

    func add(_ number: Int) {
        self.count += number
    }
}
