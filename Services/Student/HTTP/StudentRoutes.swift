internal import Contracts
internal import Directory
internal import EventSourcing
internal import Foundation
internal import Postgres
internal import ServiceKit

/// The HTTP face of students' progress.
struct StudentRoutes: Sendable {
    let levels: LevelCurve
    let context: ServiceContext

    func declare(in routes: inout RouteTable) {
        routes.get("/api/v1/students/{id}", .authenticated, self.show)
        routes.get("/api/v1/students/{id}/achievements", .authenticated, self.listAchievements)
        routes.get("/api/v1/students/{id}/xp", .authenticated, self.listLedger)
        routes.get("/api/v1/achievements", .authenticated, self.listCatalogue)
    }

    private func show(_ request: ServiceRequest) async throws -> ServiceResponse {
        let student = try await self.visibleStudent(request)
        let now = self.context.clock()
        return try .json(
            try await self.context.postgres.withSession { session in
                let zone = try DirectoryQueries.person(student, in: session)?.timeZone ?? .utc
                return ProgressView(
                    student,
                    try ProgressQueries.progress(of: student, in: session),
                    on: Day(of: now, in: zone.zone),
                    self.levels
                )
            }
        )
    }

    private func listAchievements(_ request: ServiceRequest) async throws -> ServiceResponse {
        let student = try await self.visibleStudent(request)
        let language = try await self.language(request)
        let items = try await self.context.postgres.withSession { session in
            let progress = try ProgressQueries.progress(of: student, in: session)
            let earned = try ProgressQueries.achievements(of: student, in: session)
            let metrics = Metrics(counters: progress.counters, streaks: progress.streaks)
            let level = self.levels.level(at: progress.xp)
            return AchievementCatalogue.standard.all.map { achievement in
                AchievementView(
                    achievement,
                    in: language,
                    earnedAt: earned[achievement.id],
                    progress: metrics.value(of: achievement.metric, level: level)
                )
            }
        }
        return try .json(Page(items, nextCursor: nil))
    }

    private func listLedger(_ request: ServiceRequest) async throws -> ServiceResponse {
        let student = try await self.visibleStudent(request)
        let page = try request.page()
        return try .json(
            try await self.context.postgres.withSession { try ProgressQueries.ledger(of: student, page, in: $0) }
        )
    }

    private func listCatalogue(_ request: ServiceRequest) async throws -> ServiceResponse {
        let language = try await self.language(request)
        let items = AchievementCatalogue.standard.all.map { AchievementView($0, in: language) }
        return try .json(Page(items, nextCursor: nil))
    }

    /// The student in the path, if the caller may look.
    private func visibleStudent(_ request: ServiceRequest) async throws -> UUID {
        let student = try request.id()
        try await StudentAccess.view.require(try request.principal, for: [student], in: self.context.postgres)
        return student
    }

    /// The language of the answer: what the client asks for, or else what the person speaks.
    private func language(_ request: ServiceRequest) async throws -> Language {
        if let wish = request.header("Accept-Language")?.prefix(2), let language = Language(rawValue: wish.lowercased())
        {
            return language
        }
        let reader = try request.principal.id
        return try await self.context.postgres.withSession { try DirectoryQueries.person(reader, in: $0)?.locale }
            ?? .russian
    }
}
