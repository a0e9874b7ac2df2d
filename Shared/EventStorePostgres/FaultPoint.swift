#if DEBUG
internal import Foundation
internal import Synchronization
#endif

/// A place where a test can let the process die as if the power had gone: `FAULT_POINT=name` or `name:n` (the n-th time).
///
/// Only debug builds listen to it.
public enum FaultPoint {
    #if DEBUG
    private static let chosen = ProcessInfo.processInfo.environment["FAULT_POINT"]?.split(separator: ":")
    private static let visits = Atomic<Int>(0)
    #endif

    /// Passes by, unless the environment chose this place to die.
    @inline(__always)
    public static func reach(_ name: StaticString) {
        #if DEBUG
        guard let chosen = Self.chosen, let place = chosen.first, place == "\(name)" else { return }
        let visit = chosen.count > 1 ? Int(chosen[1]) ?? 1 : 1
        if Self.visits.add(1, ordering: .relaxed).newValue == visit { _exit(137) }
        #endif
    }
}
