/// How much work it is to hash a password (RFC 7914, section 2).
struct ScryptParameters: Equatable, Sendable {
    /// The cost N is two to this power.
    let logCost: Int
    /// r.
    let blockSize: Int
    /// p.
    let parallelism: Int

    /// What the OWASP Password Storage Cheat Sheet asks for: 32 MiB and a fifth of a second of a core.
    static let recommended = ScryptParameters(logCost: 15, blockSize: 8, parallelism: 3)

    /// Whether somebody who guesses has less work than with others.
    func isWeaker(than others: ScryptParameters) -> Bool {
        self.logCost < others.logCost || self.blockSize < others.blockSize || self.parallelism < others.parallelism
    }
}
