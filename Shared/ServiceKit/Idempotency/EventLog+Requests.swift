public import EventStorePostgres

extension EventLog {
    /// Serves a write: one transaction, at most once per idempotency key.
    ///
    /// ```swift
    /// return try await self.context.log.respond(to: request) { work in
    ///     let lesson = try self.lessons.handle(command, on: id, in: work)
    ///     return try .json(try LessonsQueries.lesson(id, for: tutor, in: work.session)).etag(lesson.version)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - request: Whose identity the events carry, and whose idempotency key is honoured.
    ///   - requiresKey: Whether a request without an idempotency key is refused; so where money moves.
    ///   - write: Runs on the connection's thread, and again after a conflict.
    /// - Throws: What the write throws; a ``Problem`` about the idempotency key.
    public func respond(
        to request: ServiceRequest,
        requiresKey: Bool = false,
        _ write: @escaping @Sendable (UnitOfWork) throws -> ServiceResponse
    ) async throws -> ServiceResponse {
        let key = requiresKey ? try await request.requiredIdempotencyKey() : try await request.idempotencyKey()
        return try await self.transaction(request.identity.metadata) { work in
            try Idempotency.perform(key, in: work.session) { try write(work) }
        }
    }
}
