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
    /// How long an answer is waited for.
    private let patience = Duration.milliseconds(300)
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

    /// Lets a person pass who is neither blocked nor erased; one of whom nothing is known is taken at the token's word.
    ///
    /// Nor is a database waited for that does not answer: a route that needs it fails by itself, and the others go on.
    ///
    /// - Throws: A 403 ``Problem``.
    func check(_ person: UUID) async throws {
        switch await self.status(of: person) {
        case nil, .active: return
        case .blocked, .erased: throw Problem.accountClosed
        }
    }

    private func status(of person: UUID) async -> Person.Status? {
        let known = self.answers.withLock { $0[person] }
        if let known, .now - known.at < self.validity { return known.status }
        await Task { await self.ask(person) }.wait(upTo: self.patience)
        return self.answers.withLock { $0[person] }?.status
    }

    private func ask(_ person: UUID) async {
        let now = ContinuousClock.now
        let answer = try? await self.postgres.withSession { session in
            Answer(status: try DirectoryQueries.person(person, in: session)?.status, at: now)
        }
        guard let answer else { return }
        self.answers.withLock { answers in
            // Everybody at once came anew: start over rather than grow.
            if answers.count >= Self.limit { answers.removeAll(keepingCapacity: true) }
            answers[person] = answer
        }
    }
}
