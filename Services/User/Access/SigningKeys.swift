internal import Crypto
internal import EventSourcing
internal import Foundation
internal import Logging
internal import Postgres
internal import ServiceKit
internal import ServiceLifecycle
internal import Synchronization

/// The keys that sign access tokens, kept in the database, wrapped by a key from the environment, so that all instances sign
/// with the same one.
final class SigningKeys: VerificationKeys, Service {
    private let wrappingKey: SymmetricKey
    private let context: ServiceContext
    private let keys = Mutex<[SigningKey]>([])

    init(_ secrets: AccessSecrets, _ context: ServiceContext) {
        self.wrappingKey = secrets.signingKeys
        self.context = context
    }

    /// The public halves, newest first.
    var published: JSONWebKeySet { JSONWebKeySet(keys: self.keys.withLock { $0.map(\.publicKey) }) }

    /// The public half of that name.
    func key(named id: String) async -> JSONWebKey? {
        self.published.keys.first { $0.kid == id }
    }

    /// Whether they are loaded.
    var hasKeys: Bool { self.keys.withLock { !$0.isEmpty } }

    /// What signs now.
    ///
    /// - Throws: A 503 `Problem` until the keys are loaded.
    func signer() throws(Problem) -> TokenSigner {
        guard let newest = self.keys.withLock({ $0.first }) else {
            throw .unavailable("Signing keys are being loaded.")
        }
        return TokenSigner(key: newest, now: self.context.clock)
    }

    /// Loads the keys, makes the first one, and looks for new ones every minute.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                await self.load()
            } while (try? await Task.sleep(for: self.published.keys.isEmpty ? .seconds(1) : .seconds(60))) != nil
        }
    }

    private func load() async {
        do {
            let keys = try await self.context.postgres.transaction { session in
                // One instance makes the first key, the others find it.
                session.enqueue("SELECT pg_advisory_xact_lock(hashtextextended('signing keys', 0))")
                let stored = try session.query("SELECT id, wrapped_key FROM signing_keys ORDER BY created_at DESC, id")
                guard stored.isEmpty else { return try stored.map(self.unwrap) }
                return [try self.create(in: session)]
            }
            self.keys.withLock { $0 = keys }
        } catch {
            self.context.logger.warning("signing keys not loaded", error: error)
        }
    }

    private func create(in session: PostgresSession) throws -> SigningKey {
        let key = SigningKey(id: "k\(UInt32.random(in: .min ... .max))")
        let sealed = try AES.GCM.seal(key.rawRepresentation, using: self.wrappingKey, authenticating: Data(key.id.utf8))
        guard let wrapped = sealed.combined else { throw CryptoKitError.incorrectParameterSize }
        session.enqueue(
            """
            INSERT INTO signing_keys (id, wrapped_key, created_at)
            VALUES (\(key.id), \([UInt8](wrapped)), \(self.context.clock()))
            """
        )
        return key
    }

    @Sendable
    private func unwrap(_ row: Row) throws -> SigningKey {
        let id = try row.decode(0, as: String.self)
        let box = try AES.GCM.SealedBox(combined: try row.decode(1, as: [UInt8].self))
        let clear = try AES.GCM.open(box, using: self.wrappingKey, authenticating: Data(id.utf8))
        return try SigningKey(id: id, rawRepresentation: [UInt8](clear))
    }
}
