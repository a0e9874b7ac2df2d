import EventSourcing
import Foundation
import TestKit

/// What a gateway shows of an instance.
struct StoryState {
    let isReady: Bool
    /// `closed`, `half_open` or `open`; `nil` if nothing is shown.
    let breaker: String?

    /// Reads `/gateway/services`.
    init(of url: String, onServices report: JSONValue) {
        let instances = report["services"]?.list.flatMap { $0["instances"]?.list ?? [] }
        let instance = instances?.first { $0["url"]?.text == url }
        self.isReady = instance?["healthy"] == true
        self.breaker = instance?["breaker"]?.text
    }

    /// Reads `/gateway/metrics`.
    init(of url: String, onMetrics text: String) {
        // Foundation's functions, because they are compiled with optimisation.
        let lines = text.components(separatedBy: "\n").filter { $0.contains(url) }
        func value(_ name: String) -> String? {
            lines.first { $0.hasPrefix("\(name){") }?.components(separatedBy: " ").last
        }
        self.isReady = value("gateway_instance_ready") == "1"
        self.breaker = ["0": "closed", "1": "half_open", "2": "open"][value("gateway_breaker_state") ?? ""]
    }
}
