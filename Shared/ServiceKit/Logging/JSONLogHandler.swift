internal import EventSourcing
internal import FoundationEssentials
public import Logging

/// Writes each log record as one line of JSON.
///
/// The fields `ts`, `level`, `service`, `instance`, `logger` and `message` are always there; `correlation_id` and
/// `trace_id` when the task works for somebody; metadata follows under its own names. Errors appear by their
/// `description` when their author wrote one, else by type only: what Swift prints by itself may quote a payload.
public struct JSONLogHandler: LogHandler {
    /// Less important records are dropped.
    public var logLevel: Logger.Level
    /// Fields of every record of this logger.
    public var metadata: Logger.Metadata = [:]
    /// Further fields, asked for with every record.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let source: LogSource
    private let sink: LogSink

    /// A handler for one logger.
    ///
    /// - Parameters:
    ///   - label: The name of the logger.
    ///   - source: Which program and process writes.
    ///   - level: Less important records are dropped.
    ///   - sink: Takes the finished lines.
    public init(label: String, source: LogSource, level: Logger.Level = .info, sink: LogSink = .standardOutput) {
        self.label = label
        self.source = source
        self.logLevel = level
        self.sink = sink
    }

    /// A field of every record of this logger.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    /// Writes one record.
    public func log(event: LogEvent) {
        var line = JSONLine()
        line.add("ts", RFC3339.string(Date()))
        line.add("level", event.level.rawValue)
        line.add("service", self.source.service)
        line.add("instance", self.source.instance)
        line.add("logger", self.label)
        line.add("message", event.message.description)
        if let identity = Correlation.current {
            line.add("correlation_id", identity.correlationID.description)
            line.add("trace_id", identity.traceParent.traceID)
        }
        if let error = event.error { line.add("error", Self.describe(error)) }
        var fields = self.metadata
        if let provided = self.metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let own = event.metadata { fields.merge(own) { $1 } }
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { line.add(name, value) }
        self.sink.write(line.finish())
    }

    /// An error in words that are safe to log.
    public static func describe(_ error: any Error) -> String {
        (error as Any as? any CustomStringConvertible)?.description ?? String(reflecting: type(of: error))
    }
}

/// Which program, and which of its processes, writes a log.
public struct LogSource: Sendable {
    /// For example `lesson-service`.
    public let service: String
    /// Tells two processes of one service apart.
    public let instance: String

    /// Names a process.
    public init(service: String, instance: String) {
        self.service = service
        self.instance = instance
    }
}
