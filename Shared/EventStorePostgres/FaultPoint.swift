#if DEBUG
internal import Foundation
internal import Synchronization
#endif

/// A place where a test can let the process die as if the power had gone: `FAULT_POINT=name` or `name:n` (the n-th time).
///
/// Only debug builds listen to it.
public enum FaultPoint {
    #if DEBUG
    private static let chosen: (name: String, remaining: Atomic<Int>)? = {
        guard let text = ProcessInfo.processInfo.environment["FAULT_POINT"] else { return nil }
        let parts = text.split(separator: ":")
        guard let name = parts.first else { return nil }
        return (String(name), Atomic(parts.count > 1 ? Int(parts[1]) ?? 1 : 1))
    }()
    #endif

    /// Passes by, unless the environment chose this place to die.
    @inline(__always)
    public static func reach(_ name: StaticString) {
        #if DEBUG
        guard let chosen = Self.chosen, chosen.name == "\(name)" else { return }
        if chosen.remaining.subtract(1, ordering: .relaxed).newValue == 0 { _exit(137) }
        #endif
    }
}
