internal import FoundationEssentials

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// What the operating system knows about this process (proc(5), getrusage(2)).
enum ProcessMetrics {
    private static let started = Date()

    /// Adds them to a registry under the names that Prometheus clients agree on.
    static func register(in registry: MetricsRegistry) {
        let started = Self.started
        registry.collect { text in
            text.gauge(
                "process_start_time_seconds",
                "When the process started, in seconds since 1970.",
                started.timeIntervalSince1970
            )
            text.counter(
                "log_lines_dropped_total",
                "Log lines that nobody took in time.",
                Double(LogWriter.standardOutput.dropped)
            )
            text.counter("process_cpu_seconds_total", "Processor time spent, in seconds.", Self.processorSeconds)
            if let bytes = Self.residentBytes {
                text.gauge("process_resident_memory_bytes", "Memory in use, in bytes.", bytes)
            }
            if let count = Self.count(in: "/proc/self/fd") {
                text.gauge("process_open_fds", "Open file descriptors.", count)
            }
            if let count = Self.count(in: "/proc/self/task") {
                text.gauge("process_threads", "Threads.", count)
            }
        }
    }

    private static var processorSeconds: Double {
        var usage = rusage()
        // getrusage(2) fails only for a wrong argument.
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// The second number of `/proc/self/statm`: resident pages.
    private static var residentBytes: Double? {
        guard let statm = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
        let numbers = String(decoding: statm, as: UTF8.self).split(separator: " ")
        guard numbers.count > 1, let pages = Double(numbers[1]) else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func count(in directory: String) -> Double? {
        // Absent outside Linux: then the metric is absent too.
        (try? FileManager.default.contentsOfDirectory(atPath: directory)).map { Double($0.count) }
    }
}

extension MetricsRegistry {
    /// Adds what the operating system knows about this process: memory, descriptors, threads, processor time.
    public func registerProcessMetrics() {
        ProcessMetrics.register(in: self)
    }
}
