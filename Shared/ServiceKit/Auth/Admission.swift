internal import Directory
internal import FoundationEssentials
public import Postgres
internal import Synchronization

/// Refuses people who may not use the platform any more, although their access tokens live on for some minutes.
///
/// What the directory says is believed for a few seconds, so that the usual request costs no query.
public final class Admission: Sendable {
    private struct Answer {
        let status: Person.Status?
        let at: ContinuousClock.Instant
    }

    private let postgres: PostgresClient
    private let validity: Duration
    private let answers = Mutex<[UUID: Answer]>([:])
    /// How many answers are kept.
    private static let limit = 10_000

    /// Asks the directory of a service.
    ///
    /// - Parameters:
    ///   - postgres: Connections to its schema.
    ///   - validity: How long an answer is believed.
    public init(postgres: PostgresClient, validity: Duration = .seconds(5)) {
        self.postgres = postgres
        self.validity = validity
    }

    /// Lets a person pass who is neither blocked nor erased; one whom nobody has told us of is taken at the token's word.
    ///
    /// - Throws: A 403 ``Problem``, or `PostgresError`.
    func check(_ person: UUID) async throws {
        switch try await self.status(of: person) {
        case nil, .active: return
        case .blocked, .erased: throw Problem.accountClosed
        }
    }

    private func status(of person: UUID) async throws -> Person.Status? {
        let now = ContinuousClock.now
        if let known = self.answers.withLock({ $0[person] }), now - known.at < self.validity { return known.status }
        let status = try await self.postgres.withSession { try DirectoryQueries.person(person, in: $0)?.status }
        self.answers.withLock { answers in
            // Everybody at once came anew: start over rather than grow.
            if answers.count >= Self.limit { answers.removeAll(keepingCapacity: true) }
            answers[person] = Answer(status: status, at: now)
        }
        return status
    }
}
