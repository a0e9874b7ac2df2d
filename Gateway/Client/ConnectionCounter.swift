internal import Synchronization

/// How many clients are connected, in all and from each address: one count for all event loops.
final class ConnectionCounter: Sendable {
    private struct Counts {
        var total = 0
        var perAddress: [String: Int] = [:]
    }

    private let limits: ConnectionLimits
    private let counts = Mutex(Counts())

    init(limits: ConnectionLimits) {
        self.limits = limits
    }

    var total: Int { self.counts.withLock { $0.total } }

    /// Counts a connection.
    ///
    /// - Parameters:
    ///   - address: What the limit goes by; `nil` for one of our own proxies, which brings many clients.
    ///   - isInside: Whether it may have one of the reserved places.
    /// - Returns: Whether it is let in; if not, it is not counted.
    func add(_ address: String?, isInside: Bool) -> Bool {
        let most = self.limits.maximumConnections - (isInside ? 0 : self.limits.reservedConnections)
        return self.counts.withLock { counts in
            guard counts.total < most else { return false }
            if let address {
                let others = counts.perAddress[address, default: 0]
                guard others < self.limits.maximumConnectionsPerAddress else { return false }
                counts.perAddress[address] = others + 1
            }
            counts.total += 1
            return true
        }
    }

    /// A connection that was let in has ended.
    func remove(_ address: String?) {
        self.counts.withLock { counts in
            counts.total -= 1
            guard let address, let count = counts.perAddress[address] else { return }
            counts.perAddress[address] = count > 1 ? count - 1 : nil
        }
    }
}
