@preconcurrency internal import Dispatch
internal import Logging
internal import ServiceLifecycle

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Ends the process when it does not stop by itself: after some time, or at once when somebody asks a second time.
///
/// A thread inside getaddrinfo(3) or connect(2) can not be cancelled, and an orderly end would wait for it. This is the last
/// service of a group and so the first to hear of the shutdown; what it prepares then needs no thread of Swift's.
struct LastResort: Service {
    let patience: Duration
    let logger: Logger

    func run() async throws {
        // Told to stop, or cancelled because another service failed: either way the end begins here.
        try? await gracefulShutdown()
        let queue = DispatchQueue(label: "last resort")
        let logger = self.logger
        queue.asyncAfter(deadline: .now() + self.patience / .seconds(1)) { Self.exit(logger, "it took too long") }
        for signal in [SIGTERM, SIGINT] {
            let source = DispatchSource.makeSignalSource(signal: signal, queue: queue)
            // The handler holds on to the source: it is there until the process is not.
            source.setEventHandler { withExtendedLifetime(source) { Self.exit(logger, "a second signal") } }
            source.resume()
        }
    }

    private static func exit(_ logger: Logger, _ reason: String) {
        logger.critical("the process ends without having stopped", metadata: ["reason": "\(reason)"])
        LogWriter.standardOutput.flush(within: .seconds(1))
        _exit(EX_SOFTWARE)
    }
}
