internal import Crypto
internal import FoundationEssentials
internal import Synchronization

/// The tokens that were verified a moment ago, by their hash; the tokens themselves are not kept.
final class VerifiedTokens: Sendable {
    private struct Entry {
        let principal: Principal
        let expiry: Date
    }

    private let limit: Int
    private let entries = Mutex<[SHA256Digest: Entry]>([:])

    init(limit: Int) {
        self.limit = limit
    }

    func find(_ digest: SHA256Digest, at now: Date) -> Principal? {
        self.entries.withLock { entries in
            guard let entry = entries[digest] else { return nil }
            guard entry.expiry > now else {
                entries[digest] = nil
                return nil
            }
            return entry.principal
        }
    }

    func remember(_ digest: SHA256Digest, _ principal: Principal, until expiry: Date, now: Date) {
        guard expiry > now else { return }
        self.entries.withLock { entries in
            if entries.count >= self.limit { entries = entries.filter { $0.value.expiry > now } }
            // Everybody at once came with a new token: start over rather than grow.
            if entries.count >= self.limit { entries.removeAll(keepingCapacity: true) }
            entries[digest] = Entry(principal: principal, expiry: expiry)
        }
    }
}
