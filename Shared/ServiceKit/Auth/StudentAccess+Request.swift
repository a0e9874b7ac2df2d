public import Directory
internal import EventSourcing
public import FoundationEssentials
public import Postgres

extension StudentAccess {
    /// Lets a person pass who may do this with all of these students.
    ///
    /// A student whom this service has never heard of may have been created a moment ago: the news is given a second to
    /// arrive, so that a client can go on at once with what it has just created.
    ///
    /// - Throws: A 404 ``Problem``: a foreign student and none at all look the same.
    public func require(
        _ principal: Principal,
        for students: [UUID],
        in postgres: PostgresClient
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(1)
        for student in students {
            let isAdmitted = try await Self.onceKnown(student, by: deadline, postgres) { session in
                try self.admits(principal.id, principal.role, to: student, in: session)
            }
            guard isAdmitted else { throw Problem.notFound("There is no student \(student.lowercased) of yours.") }
        }
    }

    private static func onceKnown(
        _ student: UUID,
        by deadline: ContinuousClock.Instant,
        _ postgres: PostgresClient,
        _ decide: @escaping @Sendable (PostgresSession) throws -> Bool
    ) async throws -> Bool {
        while true {
            let (isKnown, isAdmitted) = try await postgres.withSession { session in
                (try DirectoryQueries.person(student, in: session) != nil, try decide(session))
            }
            if isAdmitted { return true }
            guard !isKnown, ContinuousClock.now < deadline else { return false }
            try await Task.sleep(for: .milliseconds(25))
        }
    }
}
