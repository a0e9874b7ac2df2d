import EventSourcing
import FoundationEssentials
import Logging
import ServiceKit
import Synchronization

/// Everything that was logged, as the lines that would have been written.
final class CapturedLog: Sendable {
    private let captured = Mutex<[String]>([])

    var lines: [String] { self.captured.withLock { $0 } }

    /// The lines as JSON documents.
    var records: [JSONValue] {
        get throws { try self.lines.map { try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) } }
    }

    func logger(level: Logger.Level = .trace) -> Logger {
        Logger(label: "test") { label in
            JSONLogHandler(
                label: label,
                source: LogSource(service: "test-service", instance: "1"),
                level: level,
                sink: LogSink { line in self.captured.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
            )
        }
    }

    /// The access log line of a route, once it is there: it is written after the answer.
    func accessRecord(of route: String) throws -> JSONValue? {
        try self.records.last { $0["message"] == .string("request") && $0["route"] == .string(route) }
    }
}
