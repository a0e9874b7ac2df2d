internal import Configuration
internal import Logging
internal import ServiceKit

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The door of the platform.
@main
enum Gateway {
    static func main() async throws {
        signal(SIGPIPE, SIG_IGN)
        // Until somebody listens to it.
        signal(SIGHUP, SIG_IGN)
        Self.allowManyConnections()
        if CommandLine.arguments.contains("--print-configuration-keys") {
            for entry in ConfigurationReader.entries(readBy: { GatewayProcess.Settings(&$0) }) { print(entry) }
            return
        }
        do {
            let source = try await ConfigReader.environment()
            let settings = try ConfigurationReader.read(from: source) { GatewayProcess.Settings(&$0) }
            try await GatewayProcess.run(settings)
        } catch let issues as ConfigurationIssues {
            Self.refuse("\(issues)")
        } catch let file as UnusableFile {
            Self.refuse("\(file)")
        }
    }

    /// As many open files as the system allows: every connection is one, and the usual limit of 1024 is for ordinary programs.
    private static func allowManyConnections() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Ends a start that can not succeed before somebody has changed something.
    private static func refuse(_ reason: String) -> Never {
        let text = Array("\(reason)\n".utf8)
        write(STDERR_FILENO, text, text.count)
        exit(ConfigurationIssues.exitCode)
    }
}
