internal import Contracts
internal import Directory
internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Postgres
internal import ServiceKit

/// The HTTP face of lessons.
struct LessonRoutes: Sendable {
    let lessons: AggregateRepository<Lesson>
    let log: EventLog
    let postgres: PostgresClient

    func declare(in routes: inout RouteTable) {
        routes.post("/api/v1/lessons", .role(.tutor), self.plan)
        routes.get("/api/v1/lessons", .authenticated, self.list)
        routes.get("/api/v1/lessons/{id}", .authenticated, self.show)
        routes.patch("/api/v1/lessons/{id}", .role(.tutor), self.change)
        routes.post("/api/v1/lessons/{id}/start", .role(.tutor), self.start)
        routes.post("/api/v1/lessons/{id}/complete", .role(.tutor), self.complete)
        routes.post("/api/v1/lessons/{id}/cancel", .role(.tutor), self.cancel)
        routes.post("/api/v1/lessons/{id}/reschedule", .role(.tutor), self.reschedule)
        routes.post("/api/v1/lessons/{id}/revert-completion", .role(.tutor), self.revertCompletion)
    }

    private func plan(_ request: ServiceRequest) async throws -> ServiceResponse {
        let tutor = try request.principal
        let body = try await request.decode(PlanLessonRequest.self)
        let plan = try LessonPlan(body, tutor: tutor.id, zone: try await self.zone(of: tutor))
        try await StudentAccess.teach.require(tutor, for: plan.studentIDs, in: self.postgres)
        let id = UUID.version7()
        return try await self.naming(Appointment(plan), of: id, for: tutor) {
            try await self.log.respond(to: request) { work in
                let lesson = try self.lessons.handle(.schedule(plan, at: work.now), on: id, in: work)
                return try ServiceResponse.created(
                    try LessonView.current(id, for: tutor, in: work.session),
                    at: "/api/v1/lessons/\(id.lowercased)"
                ).etag(lesson.version)
            }
        }
    }

    private func list(_ request: ServiceRequest) async throws -> ServiceResponse {
        let (viewer, filter, page) = (try request.principal, try request.query(LessonFilter.self), try request.page())
        return try .json(
            try await self.postgres.withSession { try LessonsQueries.list(filter, page, for: viewer, in: $0) }
        )
    }

    private func show(_ request: ServiceRequest) async throws -> ServiceResponse {
        let (viewer, id) = (try request.principal, try request.id())
        let lesson = try await self.postgres.withSession { try LessonView.current(id, for: viewer, in: $0) }
        return try ServiceResponse.json(lesson).etag(StreamVersion(rawValue: lesson.version))
    }

    private func change(_ request: ServiceRequest) async throws -> ServiceResponse {
        let body = try await request.decode(ChangeLessonRequest.self)
        let change = try LessonChange(body)
        return try await self.decide(request, minutes: body.durationMinutes) { _, _ in .update(change) }
    }

    private func start(_ request: ServiceRequest) async throws -> ServiceResponse {
        try await self.decide(request) { work, _ in .start(at: work.now) }
    }

    private func complete(_ request: ServiceRequest) async throws -> ServiceResponse {
        let report = try LessonReport(try await request.decode(CompleteLessonRequest.self))
        return try await self.decide(request) { work, _ in .complete(report, at: work.now) }
    }

    private func cancel(_ request: ServiceRequest) async throws -> ServiceResponse {
        let body = try await request.decode(CancelLessonRequest.self)
        return try await self.decide(request) { _, tutor in .cancel(body.kind, reason: body.reason, by: tutor) }
    }

    private func reschedule(_ request: ServiceRequest) async throws -> ServiceResponse {
        let body = try await request.decode(RescheduleLessonRequest.self)
        return try await self.decide(request, startsAt: body.startsAt) { work, tutor in
            .reschedule(to: body.startsAt, reason: body.reason, by: tutor, at: work.now)
        }
    }

    private func revertCompletion(_ request: ServiceRequest) async throws -> ServiceResponse {
        let body = try await request.decode(RevertCompletionRequest.self)
        return try await self.decide(request) { _, _ in .revertCompletion(reason: body.reason) }
    }

    /// Lets a lesson decide a command of its tutor; to everybody else there is no such lesson.
    ///
    /// - Parameters:
    ///   - startsAt: The start that is wished for, when the command moves the lesson.
    ///   - minutes: The duration that is wished for, when the command changes it.
    private func decide(
        _ request: ServiceRequest,
        startsAt: Date? = nil,
        minutes: Int? = nil,
        _ command: @escaping @Sendable (UnitOfWork, UUID) -> LessonCommand
    ) async throws -> ServiceResponse {
        let (tutor, id) = (try request.principal, try request.id())
        let before = try await self.postgres.withSession { try LessonView.current(id, for: tutor, in: $0) }
        let appointment = Appointment(
            people: before.studentIDs + [before.tutorID],
            startsAt: startsAt ?? before.startsAt,
            minutes: minutes ?? before.durationMinutes
        )
        return try await self.naming(appointment, of: id, for: tutor) {
            try await self.log.respond(to: request) { work in
                let loaded = try self.lessons.load(id, in: work)
                try request.checkIfMatch(loaded.version)
                let lesson = try self.lessons.handle(command(work, tutor.id), on: id, from: loaded, in: work)
                let view = try LessonView.current(id, for: tutor, in: work.session)
                return try ServiceResponse.json(view).etag(lesson.version)
            }
        }
    }

    /// Runs a write; when the calendar refuses it, says which lesson is in the way.
    private func naming(
        _ appointment: Appointment,
        of lesson: UUID,
        for tutor: Principal,
        _ write: () async throws -> ServiceResponse
    ) async throws -> ServiceResponse {
        do {
            return try await write()
        } catch let error as PostgresError where CalendarQueries.isConflict(error) {
            let obstacle = try await self.postgres.withSession {
                try CalendarQueries.obstacle(for: appointment, except: lesson, in: $0)
            }
            throw Problem.busy(obstacle, for: tutor)
        }
    }

    private func zone(of tutor: Principal) async throws -> TimeZoneID {
        try await self.postgres.withSession { try DirectoryQueries.person(tutor.id, in: $0)?.timeZone } ?? .utc
    }
}
