internal import Foundation

extension PrivateServer {
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
