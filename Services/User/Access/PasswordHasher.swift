internal import BlockingIO
internal import Crypto
internal import CryptoExtras
internal import Foundation
internal import ServiceKit
internal import Synchronization

/// Hashes and checks passwords with scrypt, which takes memory and time of a core, on purpose.
///
/// Two threads do nothing else, so that a flood of logins can not take the service away from everybody else; who would have
/// to wait too long is sent away. People who come for the first time have a part of the places only: whoever floods
/// registration does not lock out those who have an account.
final class PasswordHasher: Sendable {
    /// Nobody types more, in bytes; what is longer is not even hashed.
    static let longestPassword = 1024
    /// How many may wait, so that nobody waits longer than about a second.
    private static let places = 8
    /// How many of them newcomers may take.
    private static let newcomersPlaces = 3

    /// Who asks for a hash.
    enum Guest: Sendable {
        /// Somebody who has an account, or says so.
        case member
        /// Somebody who registers or redeems an access code.
        case newcomer
    }

    private let parameters: ScryptParameters
    private let workers = [Worker(name: "scrypt-1"), Worker(name: "scrypt-2")]
    private let queued = Atomic<Int>(0)
    private let newcomers = Atomic<Int>(0)

    init(_ parameters: ScryptParameters) {
        self.parameters = parameters
    }

    /// Hashes a password.
    ///
    /// - Throws: A 429 `Problem` when too many are waiting already.
    func hash(_ password: String, for guest: Guest = .member) async throws -> PasswordHash {
        guard guest == .newcomer else { return try await self.saltedHash(password) }
        let place = self.newcomers.add(1, ordering: .relaxed).newValue
        defer { self.newcomers.subtract(1, ordering: .relaxed) }
        guard place <= Self.newcomersPlaces else { throw Self.overcrowded }
        return try await self.saltedHash(password)
    }

    /// Whether a password is the one.
    ///
    /// Without a hash it takes the same time and is never right, so that nobody learns from the clock whether an
    /// account exists.
    func verify(_ password: String, _ hash: PasswordHash?) async throws -> Bool {
        guard password.utf8.count <= Self.longestPassword, let hash = hash.flatMap(ScryptHash.init) else {
            _ = try await self.derive("", self.parameters, salt: [UInt8](repeating: 0, count: 16))
            return false
        }
        let candidate = try await self.derive(password, hash.parameters, salt: hash.salt)
        // Compared as message authentication codes, in constant time.
        let once = SymmetricKey(size: .bits256)
        return HMAC<SHA256>.isValidAuthenticationCode(
            HMAC<SHA256>.authenticationCode(for: candidate, using: once),
            authenticating: hash.key,
            using: once
        )
    }

    /// A password that was just verified, hashed anew; `nil` when its hash is as strong as today's, or nobody has time now.
    func strengthened(_ hash: PasswordHash?, of password: String) async throws -> PasswordHash? {
        guard let old = hash.flatMap(ScryptHash.init), old.parameters.isWeaker(than: self.parameters) else {
            return nil
        }
        do {
            return try await self.saltedHash(password)
        } catch is Problem {
            // The next login will do.
            return nil
        }
    }

    private func saltedHash(_ password: String) async throws -> PasswordHash {
        var random = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let key = try await self.derive(password, self.parameters, salt: salt)
        return ScryptHash(parameters: self.parameters, salt: salt, key: key).passwordHash
    }

    private func derive(_ password: String, _ parameters: ScryptParameters, salt: [UInt8]) async throws -> [UInt8] {
        let place = self.queued.add(1, ordering: .relaxed).newValue
        defer { self.queued.subtract(1, ordering: .relaxed) }
        guard place <= Self.places else { throw Self.overcrowded }
        return try await self.workers[place % self.workers.count].derive(password, parameters, salt)
    }

    /// Not a 503: the service is well, and whoever fills the queue must not make it look broken to everybody else.
    private static var overcrowded: Problem { .tooManyRequests(retryAfter: 2) }

    private actor Worker {
        private let executor: ThreadExecutor

        nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

        init(name: String) {
            self.executor = ThreadExecutor(name: name)
        }

        func derive(_ password: String, _ parameters: ScryptParameters, _ salt: [UInt8]) throws -> [UInt8] {
            try KDF.Scrypt.deriveKey(
                from: Data(password.utf8),
                salt: salt,
                outputByteCount: 32,
                rounds: 1 << parameters.logCost,
                blockSize: parameters.blockSize,
                parallelism: parameters.parallelism
            ).withUnsafeBytes { [UInt8]($0) }
        }
    }
}
