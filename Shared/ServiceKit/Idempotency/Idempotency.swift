internal import EventSourcing
public import FoundationEssentials
public import Postgres

/// Answers a repeated write with the answer that it had, without doing it again.
///
/// The answer is stored, encrypted, in the transaction of the write: both are there or neither is. Refusals are not
/// stored, since they change nothing and may be outdated a moment later.
public enum Idempotency {
    /// Marks an answer that was stored.
    public static let replayHeader = "Idempotent-Replayed"
    /// How long answers are kept.
    public static let retention = Duration.seconds(7 * 86_400)

    /// Runs a write once per key.
    ///
    /// - Parameters:
    ///   - key: `nil` runs the write as it is.
    ///   - session: Inside the transaction of the write.
    ///   - write: Does it, in the same transaction, and says what the client is told.
    /// - Throws: A ``Problem``: 409 while a request with this key is being served, 422 when the key was used for another
    ///   request; and what `write` throws.
    public static func perform(
        _ key: IdempotencyKey?,
        in session: PostgresSession,
        _ write: () throws -> ServiceResponse
    ) throws -> ServiceResponse {
        guard let key else { return try write() }
        let lock = try session.queryFirst("SELECT pg_try_advisory_xact_lock(\(key.lock))")
        guard try lock?.decode(0, as: Bool.self) == true else {
            throw Problem.conflict(
                "A request with this idempotency key is being served.",
                slug: "idempotency-key-in-use"
            )
        }
        // A statement of its own: it must see what the last holder of the lock has committed.
        let row = try session.queryFirst(
            """
            SELECT fingerprint, status, headers, body FROM idempotency_keys
            WHERE principal = \(key.principal) AND route = \(key.route) AND key = \(key.key)
            """
        )
        if let row { return try Self.replay(row, for: key) }
        let response = try write()
        try Self.store(response, under: key, in: session)
        return response
    }

    /// Forgets answers that are older than ``retention``.
    ///
    /// - Parameter limit: How many at most: a statement that runs into its time-out would never get any further.
    /// - Returns: How many.
    public static func purge(upTo limit: Int = 5000, in session: PostgresSession) throws -> Int {
        let seconds = Int(Self.retention.components.seconds)
        return try session.execute(
            """
            DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM idempotency_keys WHERE created_at < now() - make_interval(secs => \(seconds))
                LIMIT \(limit)
            ))
            """
        )
    }

    /// Forgets the answers to a person, and those that name the person: they may hold what is to be erased.
    public static func forget(_ person: UUID, in session: PostgresSession) {
        session.enqueue(
            """
            DELETE FROM idempotency_keys WHERE principal = \(person) OR \(person) = ANY(mentions)
            """
        )
    }

    private static func replay(_ row: Row, for key: IdempotencyKey) throws -> ServiceResponse {
        guard try row.decode("fingerprint", as: [UInt8].self) == key.fingerprint else {
            throw Problem.idempotencyKeyReused
        }
        let headers = try JSONDecoder().decode(
            [StoredHeader].self,
            from: Data(row.decode("headers", as: PostgresJSON.self).bytes)
        )
        var response = ServiceResponse(
            status: try row.decode("status"),
            body: .bytes(try key.secret.open(try row.decode("body"), for: key))
        )
        for header in headers { response = response.header(header.name, header.value) }
        return response.header(Self.replayHeader, "true")
    }

    private static func store(
        _ response: ServiceResponse,
        under key: IdempotencyKey,
        in session: PostgresSession
    ) throws {
        // An answer that is still being written can not be kept; to repeat such a request is to do it again.
        guard case .bytes(let body) = response.body else { return }
        let headers = try ResponseEncoding.encode(response.headers.map { StoredHeader(name: $0.name, value: $0.value) })
        session.enqueue(
            """
            INSERT INTO idempotency_keys (principal, route, key, fingerprint, status, headers, body, mentions)
            VALUES (\(key.principal), \(key.route), \(key.key), \(key.fingerprint), \(response.status),
                \(PostgresJSON(headers)), \(try key.secret.seal(body, for: key)), \(Self.identities(in: body)))
            """
        )
    }

    /// The identities that an answer names, so that it can be forgotten with any of them.
    private static func identities(in body: [UInt8]) -> [UUID] {
        // A UUID is 36 characters long, and its first dash comes after eight.
        let candidates = body.indices.filter { body[$0] == UInt8(ascii: "-") && $0 >= 8 && $0 + 28 <= body.count }
        let found = candidates.compactMap { UUID(uuidString: String(decoding: body[$0 - 8..<$0 + 28], as: UTF8.self)) }
        return Array(Set(found))
    }
}

private struct StoredHeader: Codable {
    let name: String
    let value: String
}
