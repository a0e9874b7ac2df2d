internal import Crypto
internal import FoundationEssentials

/// Finds out who asks, from the headers of a request.
public struct Authenticator: Sendable {
    /// The header with the key that services share.
    public static let internalKeyHeader = "X-Internal-Key"

    private let verifier: TokenVerifier
    private let internalKey: SHA256Digest?

    /// An authenticator.
    ///
    /// - Parameters:
    ///   - verifier: Verifies access tokens.
    ///   - internalKey: The key that services share; without one, no internal route can be used.
    public init(verifier: TokenVerifier, internalKey: String? = nil) {
        self.verifier = verifier
        self.internalKey = internalKey.map { SHA256.hash(data: Data($0.utf8)) }
    }

    /// Whose access token the request carries.
    ///
    /// - Throws: A 401 ``Problem`` that does not say why; 503 as long as nobody could say.
    func principal(_ headers: RequestHeaders) async throws(Problem) -> Principal {
        guard !headers.isRepeated("Authorization"), let header = headers["Authorization"] else {
            throw .unauthenticated
        }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw .unauthenticated }
        do {
            return try await self.verifier.verify(String(parts[1]))
        } catch {
            // Whoever is told 401 throws a good token away.
            let isUndecided = error == .unknownKey && self.verifier.isWaitingForKeys
            throw isUndecided ? .unavailable("No token can be verified yet.") : .unauthenticated
        }
    }

    /// - Throws: A 401 ``Problem`` when the request is not one of another service.
    func checkInternalKey(_ headers: RequestHeaders) throws(Problem) {
        // Digests of equal length are compared in constant time, whatever the length of the header.
        guard !headers.isRepeated(Self.internalKeyHeader), let key = headers[Self.internalKeyHeader],
            let internalKey, internalKey == SHA256.hash(data: Data(key.utf8))
        else { throw .unauthenticated }
    }
}
