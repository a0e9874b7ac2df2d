import EventSourcing
import Foundation
import Logging
import TestKit
import Testing

@testable import ServiceKit

@Suite("The log")
struct LoggingTests {
    @Test("Every record is one line of JSON that says when, where and for which request")
    func record() throws {
        let log = CapturedLog()
        var logger = log.logger()
        logger[metadataKey: "lesson"] = "42"
        let identity = RequestIdentity()
        Correlation.$current.withValue(identity) {
            logger.info("lesson \"planned\"\nnow", metadata: ["version": .stringConvertible(3)])
        }
        let record = try #require(try log.records.first)
        #expect(log.lines.first?.filter { $0 == "\n" }.count == 1)
        #expect(record["level"] == "info")
        #expect(record["service"] == "test-service")
        #expect(record["message"] == "lesson \"planned\"\nnow")
        #expect(record["correlation_id"] == .string(identity.correlationID.description))
        #expect(record["trace_id"] == .string(identity.traceParent.traceID))
        #expect(record["lesson"] == "42")
        #expect(record["version"] == .integer(3))
        guard case .string(let time) = record["ts"] else { throw ServerDidNotStart() }
        #expect(RFC3339.date(time) != nil)
    }

    @Test("Metadata can not pretend to be another service or request")
    func reservedNames() throws {
        let log = CapturedLog()
        log.logger().info("x", metadata: ["service": "gateway", "level": "debug"])
        #expect(try log.records.first?["service"] == "test-service")
        #expect(try log.records.first?["level"] == "info")
    }

    private struct Careless: Error {
        let password = "canary-secret"
    }

    private struct Careful: Error, CustomStringConvertible {
        let description = "the disk is full"
    }

    @Test("OP-10: an error without a description of its own is logged by type only")
    func errors() throws {
        let log = CapturedLog()
        log.logger().error("failed", error: Careless())
        log.logger().error("failed", error: Careful())
        #expect(!log.lines.joined().contains("canary-secret"))
        #expect(log.lines[0].contains("Careless"))
        #expect(try log.records[1]["error"] == "the disk is full")
    }

    @Test("When nobody reads the log the service goes on; what is lost is counted, and the rest is whole")
    func stuck() async {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        let writer = LogWriter(ends[1], capacity: 1000)
        let line = Array("\(String(repeating: "x", count: 99))\n".utf8)
        // A pipe holds 64 KiB: this is far more, and comes back.
        for _ in 0..<10_000 { writer.write(line) }
        #expect(writer.dropped > 0)
        let reading = ends[0]
        let text = await Task.detached {
            var (text, chunk) = ("", [UInt8](repeating: 0, count: 65_536))
            while !text.contains("log lines dropped") {
                let count = read(reading, &chunk, chunk.count)
                text += String(decoding: chunk.prefix(max(0, count)), as: UTF8.self)
            }
            return text
        }.value
        let lines = text.split(separator: "\n")
        #expect(lines.count > 10)
        #expect(lines.allSatisfy { $0.utf8.count == 99 || $0.hasPrefix("{") })
        writer.write(line)
        writer.flush(within: .seconds(10))
        var last = [UInt8](repeating: 0, count: 100_000)
        let count = read(reading, &last, last.count)
        #expect(last.prefix(max(0, count)).suffix(100).elementsEqual(line))
    }

    @Test("Less important records are dropped")
    func levels() {
        let log = CapturedLog()
        log.logger(level: .warning).info("x")
        #expect(log.lines.isEmpty)
    }
}
