internal import Synchronization

/// What is known of an instance's readiness.
enum InstanceHealth: UInt8, AtomicRepresentable {
    /// It was not asked yet.
    case unknown
    /// It said so.
    case ready
    /// It said that it can not work at the moment, or refuses connections, or did not answer in time.
    case unavailable
    /// It said that it is about to stop: it finishes what it has, and is not to get more.
    case draining
}
