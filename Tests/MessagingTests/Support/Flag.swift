import Synchronization

/// Something that is true from a certain moment on.
final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { self.value.load(ordering: .sequentiallyConsistent) }

    func set() {
        self.value.store(true, ordering: .sequentiallyConsistent)
    }
}
