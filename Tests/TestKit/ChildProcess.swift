public import Foundation

/// A program that a test starts, watches and stops.
///
/// Not `Foundation.Process`: that hands the signal mask of the calling thread down, and the threads of Swift's concurrency
/// block nearly all signals. A shell that inherits it can neither be told to stop nor hear of the end of its children.
public final class ChildProcess {
    /// Its process id.
    public let pid: pid_t
    private var status: Int32?

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: The path of the program and its arguments.
    ///   - environment: What is added to the environment of the tests.
    ///   - log: The file to which output and errors are appended.
    /// - Throws: ``SystemError``.
    public init(_ arguments: [String], environment: [String: String] = [:], log: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        let settings = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let variables: [UnsafeMutablePointer<CChar>?] = settings.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var pid: pid_t = 0
        errno = posix_spawn(&pid, arguments[0], &actions, &attributes, words, variables)
        guard errno == 0 else { throw SystemError("posix_spawn \(arguments[0])") }
        self.pid = pid
    }

    /// Whether the program has not ended yet.
    public var isRunning: Bool { self.exitStatus == nil }

    /// How the program ended; `nil` while it runs, more than 128 after a signal.
    public var exitStatus: Int32? {
        if let status { return status }
        var outcome: Int32 = 0
        guard waitpid(self.pid, &outcome, WNOHANG) == self.pid else { return nil }
        let signal = outcome & 0x7f
        self.status = signal == 0 ? (outcome >> 8) & 0xff : 128 + signal
        return self.status
    }

    /// Sends SIGTERM.
    public func terminate() {
        self.send(SIGTERM)
    }

    /// Sends a signal.
    ///
    /// - Parameter signal: For example `SIGSTOP`.
    public func send(_ signal: Int32) {
        guard self.isRunning else { return }
        kill(self.pid, signal)
    }
}
