internal import Foundation

extension PrivateServer {
    /// Waits until the broker has written down which quorum queues there are.
    ///
    /// Version 3.10 keeps the names in memory for some seconds. Killed before, it remembers the queue but not its log,
    /// starts it anew without a leader, and that queue never answers again.
    ///
    /// - Parameter queues: Their names, in the virtual host `/`.
    /// - Throws: ``NeverHappened``.
    public func expectWrittenDown(queues: [String]) async throws {
        let node = "repitbot@localhost"
        let names = self.folder.appending(path: "mnesia/\(node)/quorum/\(node)/names.dets")
        try await eventually(within: .seconds(30), "the names of \(queues) are on disk") {
            let file = try Data(contentsOf: names)
            return queues.allSatisfy { file.firstRange(of: Data("%2F_\($0)".utf8)) != nil }
        }
    }

    /// Tells the broker something by `rabbitmqctl`.
    ///
    /// - Parameter arguments: The command and its arguments.
    /// - Throws: ``TestServers/Unavailable`` with the broker's own words when it refuses.
    public func control(_ arguments: String...) async throws {
        let output = self.folder.deletingLastPathComponent().appending(path: "\(UUID().uuidString).log")
        let command = try self.script(["rabbitmqctl", "--data", self.folder.path] + arguments, log: output)
        try await eventually(within: .seconds(60), "rabbitmqctl \(arguments[0]) ended") { !command.isRunning }
        let text = try String(contentsOf: output, encoding: .utf8)
        try FileManager.default.removeItem(at: output)
        guard command.exitStatus == 0 else { throw TestServers.Unavailable("rabbitmqctl \(arguments): \(text)") }
    }
}
