import CoreMetrics
import Testing

@testable import ServiceKit

@Suite("Metrics")
struct MetricsTests {
    private let registry = MetricsRegistry()

    @Test("The text is what Prometheus reads")
    func text() {
        let counter = self.registry.counter("lessons_total", "Lessons \\ planned.", labels: [("subject", "a\"b\\c\nd")])
        counter.increment()
        counter.increment(by: 2)
        self.registry.gauge("queue_depth").set(1.5)
        let histogram = self.registry.histogram("wait_seconds", labels: [("pool", "main")], buckets: [0.1, 1])
        for value in [0.05, 0.1, 0.5, 7] { histogram.observe(value) }
        #expect(
            self.registry.text() == """
                # HELP lessons_total Lessons \\\\ planned.
                # TYPE lessons_total counter
                lessons_total{subject="a\\"b\\\\c\\nd"} 3
                # TYPE queue_depth gauge
                queue_depth 1.5
                # TYPE wait_seconds histogram
                wait_seconds_bucket{pool="main",le="0.1"} 2
                wait_seconds_bucket{pool="main",le="1"} 3
                wait_seconds_bucket{pool="main",le="+Inf"} 4
                wait_seconds_sum{pool="main"} 7.65
                wait_seconds_count{pool="main"} 4

                """
        )
    }

    @Test("The same name and labels are the same series")
    func identity() {
        #expect(self.registry.counter("x_total") === self.registry.counter("x_total"))
        #expect(self.registry.counter("x_total") !== self.registry.counter("x_total", labels: [("a", "b")]))
    }

    @Test("Labels that grow without bound end up together")
    func bounds() {
        for number in 0..<(MetricsRegistry.seriesLimit + 50) {
            self.registry.counter("visits_total", labels: [("path", "/\(number)")]).increment()
        }
        let lines = self.registry.text().split(separator: "\n").filter { $0.hasPrefix("visits_total") }
        #expect(lines.count == MetricsRegistry.seriesLimit + 1)
        #expect(lines.contains("visits_total{path=\"other\"} 50"))
    }

    @Test("Nothing is lost when many count at once")
    func contention() async {
        let counter = self.registry.counter("races_total")
        await withTaskGroup(of: Void.self) { group in
            for _ in 1...8 { group.addTask { for _ in 1...1000 { counter.increment() } } }
        }
        #expect(counter.value == 8000)
    }

    @Test("Libraries report through swift-metrics")
    func adapter() {
        self.registry.makeCounter(label: "client.requests", dimensions: [("host", "a")]).increment(by: 2)
        self.registry.makeTimer(label: "client.wait", dimensions: []).recordNanoseconds(2_000_000)
        self.registry.makeMeter(label: "client-pool", dimensions: []).set(Int64(3))
        let text = self.registry.text()
        #expect(text.contains("client_requests_total{host=\"a\"} 2\n"))
        #expect(text.contains("client_wait_seconds_sum 0.002\n"))
        #expect(text.contains("client_pool 3\n"))
    }

    @Test("OP-7: the process tells its memory, descriptors, threads and processor time")
    func process() {
        self.registry.registerProcessMetrics()
        let text = self.registry.text()
        for name in [
            "process_resident_memory_bytes", "process_open_fds", "process_threads", "process_cpu_seconds_total",
            "process_start_time_seconds",
        ] {
            let line = text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
            let value = line?.split(separator: " ").last.flatMap { Double($0) } ?? 0
            #expect(value > 0, "\(name)")
        }
    }
}
