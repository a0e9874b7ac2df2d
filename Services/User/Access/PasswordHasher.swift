internal import BlockingIO
internal import Crypto
internal import CryptoExtras
internal import Foundation
internal import ServiceKit
internal import Synchronization

/// Hashes and checks passwords: scrypt with N = 2^15, r = 8, p = 3 (OWASP Password Storage Cheat Sheet).
///
/// A hash takes 32 MiB and a fifth of a second of a core, on purpose. Two threads do nothing else, so that a flood of logins
/// can not take the service away from everybody else; who would have to wait too long is sent away.
final class PasswordHasher: Sendable {
    private static let rounds = 1 << 15
    private static let blockSize = 8
    private static let parallelism = 3
    /// How many may wait, so that nobody waits longer than about a second.
    private static let longestQueue = 8

    private let workers = [Worker(name: "scrypt-1"), Worker(name: "scrypt-2")]
    private let queued = Atomic<Int>(0)

    /// Hashes a password.
    ///
    /// - Throws: A 503 `Problem` when too many are waiting already.
    func hash(_ password: String) async throws -> PasswordHash {
        var random = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let key = try await self.derive(password, salt)
        return PasswordHash("scrypt$15$8$3$\(Data(salt).base64EncodedString())$\(Data(key).base64EncodedString())")
    }

    /// Whether a password is the one.
    ///
    /// Without a hash it takes the same time and is never right, so that nobody learns from the clock whether an
    /// account exists.
    func verify(_ password: String, _ hash: PasswordHash?) async throws -> Bool {
        let parts = (hash?.text ?? "").split(separator: "$").map(String.init)
        guard parts.count == 6, let salt = Data(base64Encoded: parts[4]), let key = Data(base64Encoded: parts[5]) else {
            _ = try await self.derive(password, [UInt8](repeating: 0, count: 16))
            return false
        }
        let candidate = try await self.derive(password, [UInt8](salt))
        // Compared as message authentication codes, in constant time.
        let once = SymmetricKey(size: .bits256)
        return HMAC<SHA256>.isValidAuthenticationCode(
            HMAC<SHA256>.authenticationCode(for: candidate, using: once),
            authenticating: key,
            using: once
        )
    }

    private func derive(_ password: String, _ salt: [UInt8]) async throws -> [UInt8] {
        let place = self.queued.add(1, ordering: .relaxed).newValue
        defer { self.queued.subtract(1, ordering: .relaxed) }
        guard place <= Self.longestQueue else {
            throw Problem.unavailable("Too many people are logging in.", retryAfter: 2)
        }
        return try await self.workers[place % self.workers.count].derive(password, salt)
    }

    private actor Worker {
        private let executor: ThreadExecutor

        nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

        init(name: String) {
            self.executor = ThreadExecutor(name: name)
        }

        func derive(_ password: String, _ salt: [UInt8]) throws -> [UInt8] {
            try KDF.Scrypt.deriveKey(
                from: Data(password.utf8),
                salt: salt,
                outputByteCount: 32,
                rounds: PasswordHasher.rounds,
                blockSize: PasswordHasher.blockSize,
                parallelism: PasswordHasher.parallelism
            ).withUnsafeBytes { [UInt8]($0) }
        }
    }
}
