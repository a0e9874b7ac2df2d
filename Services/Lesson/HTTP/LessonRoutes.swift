internal import Contracts
internal import Directory
internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Postgres
internal import ServiceKit

/// The HTTP face of lessons.
struct LessonRoutes: Sendable {
    /// How many lessons a tutor may have planned ahead: a busy one's for a year.
    private static let mostUpcoming = 2_000

    let lessons: AggregateRepository<Lesson>
    let context: ServiceContext

    func declare(in routes: inout RouteTable) {
        routes.post("/api/v1/lessons", .role(.tutor), self.plan)
        routes.get("/api/v1/lessons", .authenticated, self.list)
        routes.get("/api/v1/lessons/{id}", .authenticated, self.show)
        routes.patch("/api/v1/lessons/{id}", .role(.tutor), self.change)
        routes.post("/api/v1/lessons/{id}/start", .role(.tutor), self.start)
        routes.post("/api/v1/lessons/{id}/complete", .role(.tutor, .admin), self.complete)
        routes.post("/api/v1/lessons/{id}/cancel", .role(.tutor, .admin), self.cancel)
        routes.post("/api/v1/lessons/{id}/reschedule", .role(.tutor), self.reschedule)
        routes.post("/api/v1/lessons/{id}/revert-completion", .role(.tutor, .admin), self.revertCompletion)
    }

    private func plan(_ request: ServiceRequest) async throws -> ServiceResponse {
        let tutor = try request.principal
        let body = try await request.decode(PlanLessonRequest.self)
        var draft = try LessonPlan(body, tutor: tutor.id)
        if body.timeZone == nil { draft.timeZone = try await self.zone(of: tutor) }
        let plan = draft
        try await StudentAccess.teach.require(tutor, for: plan.students.ids, in: self.context.postgres)
        let id = UUID.version7()
        return try await self.explainingConflict(of: id, for: tutor, { _ in Appointment(plan) }) {
            try await self.context.log.respond(to: request) { work in
                guard try !DirectoryQueries.isAnyErased(plan.students.ids, in: work.session) else {
                    throw Problem.notFound("One of the students does not exist any more.")
                }
                let planned = try LessonsQueries.countUpcoming(of: tutor.id, at: work.now, in: work.session)
                guard planned < Self.mostUpcoming else { throw Problem.tooManyPlanned(limit: Self.mostUpcoming) }
                let lesson = try self.lessons.handle(.schedule(plan, at: work.now), on: id, in: work)
                return try ServiceResponse.created(
                    try LessonsQueries.lesson(id, for: tutor, in: work.session),
                    at: "/api/v1/lessons/\(id.lowercased)"
                ).etag(lesson.version)
            }
        }
    }

    private func list(_ request: ServiceRequest) async throws -> ServiceResponse {
        let (viewer, filter, page) = (try request.principal, try request.query(LessonFilter.self), try request.page())
        return try .json(
            try await self.context.postgres.withSession { try LessonsQueries.list(filter, page, for: viewer, in: $0) }
        )
    }

    private func show(_ request: ServiceRequest) async throws -> ServiceResponse {
        let (viewer, id) = (try request.principal, try request.id())
        let lesson = try await self.context.postgres.withSession {
            try LessonsQueries.lesson(id, for: viewer, in: $0)
        }
        return try ServiceResponse.json(lesson).etag(StreamVersion(rawValue: lesson.version))
    }

    private func change(_ request: ServiceRequest) async throws -> ServiceResponse {
        let body = try await request.decode(ChangeLessonRequest.self)
        let change = try LessonChange(body)
        return try await self.move(request, minutes: body.durationMinutes) { _, _ in .update(change) }
    }

    private func start(_ request: ServiceRequest) async throws -> ServiceResponse {
        try await self.handle(request) { work, _ in .start(at: work.now) }
    }

    private func complete(_ request: ServiceRequest) async throws -> ServiceResponse {
        let report = try LessonReport(try await request.decode(CompleteLessonRequest.self))
        return try await self.handle(request) { work, _ in .complete(report, at: work.now) }
    }

    private func cancel(_ request: ServiceRequest) async throws -> ServiceResponse {
        let body = try await request.decode(CancelLessonRequest.self)
        return try await self.handle(request) { _, tutor in .cancel(body.kind, reason: body.reason, by: tutor) }
    }

    private func reschedule(_ request: ServiceRequest) async throws -> ServiceResponse {
        let body = try await request.decode(RescheduleLessonRequest.self)
        return try await self.move(request, startsAt: body.startsAt) { work, tutor in
            .reschedule(to: body.startsAt, reason: body.reason, by: tutor, at: work.now)
        }
    }

    private func revertCompletion(_ request: ServiceRequest) async throws -> ServiceResponse {
        let body = try await request.decode(RevertCompletionRequest.self)
        return try await self.handle(request) { _, _ in .revertCompletion(reason: body.reason) }
    }

    /// Lets a lesson decide a command of its tutor, who still teaches some of its students, or of an administrator; to
    /// everybody else there is no such lesson.
    private func handle(
        _ request: ServiceRequest,
        _ command: @escaping @Sendable (UnitOfWork, UUID) -> LessonCommand
    ) async throws -> ServiceResponse {
        let (tutor, id) = (try request.principal, try request.id())
        return try await self.context.log.respond(to: request) { work in
            let loaded = try self.lessons.load(id, in: work)
            guard let outline = loaded.state.outline, tutor.role == .admin || outline.tutorID == tutor.id,
                try StudentAccess.teach.admits(tutor.id, tutor.role, toAnyOf: outline.studentIDs, in: work.session)
            else { throw Problem.notFound("There is no lesson of this identity with students of yours.") }
            try request.checkIfMatch(loaded.version)
            let lesson = try self.lessons.handle(command(work, tutor.id), on: id, from: loaded, in: work)
            return try ServiceResponse.json(try LessonsQueries.lesson(id, for: tutor, in: work.session))
                .etag(lesson.version)
        }
    }

    /// The same for a command that takes the lesson to another time.
    ///
    /// - Parameters:
    ///   - startsAt: The start that is wished for, when the command changes it.
    ///   - minutes: The duration that is wished for, when the command changes it.
    private func move(
        _ request: ServiceRequest,
        startsAt: Date? = nil,
        minutes: Int? = nil,
        _ command: @escaping @Sendable (UnitOfWork, UUID) -> LessonCommand
    ) async throws -> ServiceResponse {
        let (tutor, id) = (try request.principal, try request.id())
        let wish = { @Sendable (session: PostgresSession) in
            Appointment(
                try LessonsQueries.lesson(id, for: tutor, in: session),
                startsAt: startsAt,
                minutes: minutes
            )
        }
        return try await self.explainingConflict(of: id, for: tutor, wish) { try await self.handle(request, command) }
    }

    /// Runs a write; when the calendar refuses it, says which lesson is in the way.
    private func explainingConflict(
        of lesson: UUID,
        for tutor: Principal,
        _ wish: @escaping @Sendable (PostgresSession) throws -> Appointment,
        _ write: () async throws -> ServiceResponse
    ) async throws -> ServiceResponse {
        do {
            return try await write()
        } catch let error as PostgresError where CalendarQueries.isConflict(error) {
            let obstacle = try await self.context.postgres.withSession { session in
                try CalendarQueries.obstacle(for: try wish(session), except: lesson, in: session)
            }
            throw Problem.busy(obstacle, for: tutor)
        }
    }

    private func zone(of tutor: Principal) async throws -> TimeZoneID {
        try await self.context.postgres.withSession { try DirectoryQueries.person(tutor.id, in: $0)?.timeZone } ?? .utc
    }
}
