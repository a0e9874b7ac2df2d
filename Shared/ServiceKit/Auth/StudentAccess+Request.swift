public import Directory
internal import EventSourcing
public import FoundationEssentials
public import Postgres

extension StudentAccess {
    /// Lets a person pass who may do this with all of these students.
    ///
    /// A student whom this service has never heard of may have been created a moment ago: then, as the identity tells, the
    /// news is given a second to arrive, so that a client can go on at once with what it has just created.
    ///
    /// - Parameter limit: How many different students one request may name.
    /// - Throws: A 404 ``Problem``: a foreign student and none at all look the same; a 400 one for too many.
    public func require(
        _ principal: Principal,
        for students: [UUID],
        limit: Int = 20,
        in postgres: PostgresClient
    ) async throws {
        let wanted = Set(students)
        guard wanted.count <= limit else { throw Problem.invalid("At most \(limit) students at once.") }
        guard !wanted.isEmpty else { return }
        let deadline = ContinuousClock.now + .seconds(1)
        while true {
            let answer = try await postgres.withSession { session in
                try self.sift(wanted, for: principal.id, principal.role, in: session)
            }
            let refused = wanted.subtracting(answer.admitted)
            guard let first = students.first(where: refused.contains) else { return }
            let mayCome = refused.isSubset(of: answer.unknown) && refused.allSatisfy(Self.isNew)
            guard mayCome, ContinuousClock.now < deadline else {
                throw Problem.notFound("There is no student \(first.lowercased) of yours.")
            }
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    private static func isNew(_ person: UUID) -> Bool {
        guard let age = person.madeAt?.timeIntervalSinceNow.magnitude else { return false }
        return age < 10
    }
}
