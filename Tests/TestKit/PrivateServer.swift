public import Foundation

/// A server of a test's own, to be killed, stopped and started again, run by `deploy/local/server`.
public actor PrivateServer {
    /// Which server.
    public enum Kind: String, Sendable {
        /// PostgreSQL, without a password.
        case postgres
        /// RabbitMQ with its management API.
        case rabbitmq
        /// Redis.
        case redis
    }

    /// Which server.
    public nonisolated let kind: Kind
    /// The port it listens on, on 127.0.0.1; the same after every restart.
    public nonisolated let port: Int
    /// The port of RabbitMQ's management API.
    public nonisolated let managementPort: Int

    /// The folder of its data and its configuration.
    public nonisolated let folder: URL
    private var process: ChildProcess?

    private init(_ kind: Kind) throws {
        self.kind = kind
        self.port = try freeServerPort()
        self.managementPort = try freeServerPort()
        self.folder = URL(filePath: "/tmp").appending(path: "repitbot-\(kind.rawValue)-\(UUID().uuidString)")
    }

    /// Lends a running server to `body` and removes all traces of it afterwards.
    ///
    /// - Parameters:
    ///   - kind: Which server.
    ///   - prepare: Lays something into the empty data folder before the first start, for example configuration.
    ///   - body: Gets the server.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``TestServers/Unavailable`` if the server does not start.
    public static func with<R: Sendable>(
        _ kind: Kind,
        prepare: @Sendable (PrivateServer) throws -> Void = { _ in },
        _ body: @Sendable (PrivateServer) async throws -> R
    ) async throws -> R {
        let server = try PrivateServer(kind)
        let result: Result<R, any Error>
        do {
            try prepare(server)
            try await server.start()
            result = .success(try await body(server))
        } catch {
            result = .failure(error)
        }
        await server.stop()
        for trace in [server.folder, await server.log] { try FileManager.default.removeItem(at: trace) }
        return try result.get()
    }

    /// Starts the server and waits until it answers.
    ///
    /// - Throws: ``TestServers/Unavailable`` with the server's own words.
    public func start() async throws {
        var arguments = ["run", self.kind.rawValue, "--data", self.folder.path, "--port", "\(self.port)"]
        arguments += ["--test", "--trust"]
        if self.kind == .rabbitmq { arguments += ["--management-port", "\(self.managementPort)"] }
        let server = try self.script(arguments)
        self.process = server
        let waiting = try self.script(["wait", self.kind.rawValue, "--port", "\(self.port)"])
        try await eventually(within: .seconds(90), "\(self.kind) started") { !waiting.isRunning || !server.isRunning }
        guard waiting.exitStatus == 0, server.isRunning else {
            waiting.terminate()
            throw TestServers.Unavailable(
                "\(self.kind) did not start: \(try String(contentsOf: self.log, encoding: .utf8))"
            )
        }
    }

    /// Stops the server cleanly and waits for its end.
    public func stop() async {
        await self.end { $0.terminate() }
    }

    /// Kills the server with SIGKILL, as a crash would, and waits for its end.
    ///
    /// - Throws: When the server does not run.
    public func kill() async throws {
        let pid = try self.pid
        await self.end { _ in Foundation.kill(pid, SIGKILL) }
    }

    /// Stops the server's processes with SIGSTOP: connections stay open and nobody answers.
    ///
    /// - Throws: When the server does not run.
    public func freeze() throws {
        for pid in try self.processes() { Foundation.kill(pid, SIGSTOP) }
    }

    /// Lets frozen processes go on.
    ///
    /// - Throws: When the server does not run.
    public func thaw() throws {
        for pid in try self.processes() { Foundation.kill(pid, SIGCONT) }
    }

    /// The process id of the server itself.
    ///
    /// - Throws: When the server does not run.
    private var pid: pid_t {
        get throws {
            let text = try String(contentsOf: self.folder.appending(path: "\(self.kind.rawValue).pid"), encoding: .utf8)
            guard let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
                throw TestServers.Unavailable("no process id of \(self.kind)")
            }
            return pid
        }
    }

    /// The server's process and its children: Postgres has one for every connection.
    private func processes() throws -> [pid_t] {
        let pid = try self.pid
        let children = try String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
        return [pid] + children.split(separator: " ").compactMap { pid_t($0) }
    }

    private func end(_ how: (ChildProcess) -> Void) async {
        guard let process, process.isRunning else { return }
        how(process)
        while process.isRunning {
            do {
                try await Task.sleep(for: .milliseconds(10))
            } catch {
                // Cancelled: nothing to lose by looking more often.
            }
        }
        self.process = nil
    }

    private var log: URL { self.folder.appendingPathExtension("log") }

    /// Calls `deploy/local/server`.
    func script(_ arguments: [String], log: URL? = nil) throws -> ChildProcess {
        // Tests/TestKit/PrivateServer.swift is three steps below the root.
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized
        return try ChildProcess(
            [root.appending(path: "deploy/local/server").path] + arguments,
            log: (log ?? self.log).path
        )
    }
}
