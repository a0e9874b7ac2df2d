import Foundation
import RabbitMQ
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A broker that belongs to one suite, which may do to it what it likes.
final class PrivateBroker: Sendable {
    /// The broker of the running suite.
    @TaskLocal static var current: PrivateBroker?

    let directory: URL
    let port: Int
    let encryptedPort: Int
    private let managementPort: Int
    private let process = Mutex<Process?>(nil)

    init() throws {
        let ports = try Self.freePorts(3)
        (self.port, self.encryptedPort, self.managementPort) = (ports[0], ports[1], ports[2])
        self.directory = URL(filePath: "/tmp/repitbot-test-rabbitmq-\(self.port)")
        try FileManager.default.createDirectory(at: self.directory, withIntermediateDirectories: true)
    }

    func configuration() throws -> RabbitMQConfiguration {
        var configuration = try RabbitMQConfiguration(url: "amqp://repitbot:repitbot@127.0.0.1:\(self.port)")
        configuration.reconnectDelay = .milliseconds(20)...(.milliseconds(200))
        return configuration
    }

    func start() async throws {
        let process = Process()
        process.executableURL = Self.script
        process.arguments =
            ["run", "rabbitmq", "--data", self.directory.path, "--port", "\(self.port)"]
            + ["--management-port", "\(self.managementPort)", "--test"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try Self.withoutBlockedSignals { try process.run() }
        self.process.withLock { $0 = process }
        let admin = RabbitMQAdmin(configuration: try self.configuration(), logger: silentLogger)
        try await eventually("the private broker answers", within: .seconds(90)) {
            guard process.isRunning else { throw NeverHappened(what: "the private broker ended at once") }
            do {
                return try await admin.counts(of: "any") == nil
            } catch let error as RabbitMQError where error.isRetriable || error.code == .authenticationFailed {
                return false
            }
        }
    }

    /// Stops the broker for good and removes its data.
    func remove() async throws {
        try self.signal(SIGCONT)
        self.process.withLock { $0?.terminate() }
        try await self.untilEnded()
        try FileManager.default.removeItem(at: self.directory)
    }

    /// `kill -9`, and waits until nothing is left of the broker.
    func kill() async throws {
        try self.signal(SIGKILL)
        try await self.untilEnded()
    }

    /// Sends a signal to the broker's virtual machine.
    func signal(_ signal: Int32) throws {
        let file = self.directory.appending(path: "rabbitmq.pid")
        let text = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        let pid = try #require(pid_t(text))
        Glibc.kill(pid, signal)
    }

    @discardableResult
    func control(_ arguments: String...) async throws -> String {
        let process = Process()
        process.executableURL = Self.script
        process.arguments = ["rabbitmqctl", "--data", self.directory.path] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in ended.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                ended.resume(throwing: error)
            }
        }
        let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard process.terminationStatus == 0 else { throw NeverHappened(what: "rabbitmqctl \(arguments): \(text)") }
        return text
    }

    private func untilEnded() async throws {
        try await eventually("the broker has ended", within: .seconds(60)) {
            self.process.withLock { $0?.isRunning != true }
        }
    }

    private static let script = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "deploy/local/server")

    /// A child inherits the signal mask of the thread that starts it, and Swift's threads block everything: the broker's
    /// script would never hear that it is to stop.
    private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var previous = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        try body()
    }

    /// Ports that were free a moment ago.
    private static func freePorts(_ count: Int) throws -> [Int] {
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        return try (0..<count).map { _ in
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            sockets.append(socket)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let status = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    bind(socket, address, length) == 0 && getsockname(socket, address, &length) == 0
                }
            }
            try #require(status)
            return Int(UInt16(bigEndian: address.sin_port))
        }
    }
}

/// Starts a private broker before a suite and removes it afterwards.
struct PrivateBrokerTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let broker = try PrivateBroker()
        try broker.prepareEncryption()
        try await broker.start()
        do {
            try await PrivateBroker.$current.withValue(broker, operation: function)
        } catch {
            try await broker.remove()
            throw error
        }
        try await broker.remove()
    }
}

extension SuiteTrait where Self == PrivateBrokerTrait {
    static var privateBroker: PrivateBrokerTrait { PrivateBrokerTrait() }
}
