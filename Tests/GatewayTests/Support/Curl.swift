import FoundationEssentials
import TestKit

/// A client that others have written.
struct Curl: Sendable {
    struct Answer: Sendable {
        /// Everything that curl printed: head, body, and what `-w` asks for.
        let text: String

        var status: Int { self.line.count > 1 ? Int(self.line[1]) ?? 0 : 0 }
        var version: String { String(self.line.first?.dropFirst("HTTP/".count) ?? "") }
        var body: String {
            self.text.firstRange(of: "\r\n\r\n").map { String(self.text[$0.upperBound...]) } ?? ""
        }

        func value(_ name: String) -> String? {
            self.text.prefix { $0 != "\u{0}" }.split(separator: "\r\n").first { $0.lowercased().hasPrefix("\(name):") }
                .map { $0.dropFirst(name.count + 1).trimmingPrefix(" ") }.map(String.init)
        }

        private var line: [Substring] { self.text.prefix { $0 != "\r\n" }.split(separator: " ") }
    }

    private let port: Int
    private let options: [String]

    /// - Parameters:
    ///   - port: On this machine.
    ///   - authority: Whom to believe.
    ///   - options: What every call is told.
    init(_ port: Int, authority: URL, _ options: [String] = []) {
        self.port = port
        self.options = ["--cacert", authority.path] + options
    }

    /// Sends one request.
    ///
    /// - Parameter arguments: Options, and at the end the path.
    /// - Returns: The answer; without a status if there was none.
    func run(_ arguments: [String]) async throws -> Answer {
        let log = "/tmp/curl-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: log) }
        let url = "https://localhost:\(self.port)\(arguments.last ?? "/")"
        let curl = try ChildProcess(
            ["/usr/bin/curl", "-s", "-i", "--max-time", "30"] + self.options + arguments.dropLast() + [url],
            log: log
        )
        try await eventually(within: .seconds(40), "curl has ended") { !curl.isRunning }
        return Answer(text: String(decoding: try Data(contentsOf: URL(filePath: log)), as: UTF8.self))
    }
}
