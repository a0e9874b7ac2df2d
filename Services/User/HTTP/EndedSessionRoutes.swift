internal import Foundation
internal import Postgres
internal import ServiceKit

/// Tells gateways which sessions have ended, so that access tokens of theirs are worth nothing from then on.
struct EndedSessionRoutes: Sendable {
    let context: ServiceContext

    func declare(in routes: inout RouteTable) {
        routes.get("/internal/sessions/ended", .internalService, isNoteworthy: false, self.list)
    }

    private func list(_ request: ServiceRequest) async throws -> ServiceResponse {
        let question = try request.query(Question.self)
        // Before the look: what is committed meanwhile is asked for the next time.
        let asOf = self.context.clock()
        let sessions = try await self.context.postgres.withSession {
            try SessionQueries.ended(since: question.since, in: $0)
        }
        return try .json(Page(asOf: asOf, sessions: sessions))
    }

    private struct Question: Decodable {
        let since: Date
    }

    private struct Page: Encodable {
        let asOf: Date
        let sessions: [EndedSession]

        enum CodingKeys: String, CodingKey {
            case asOf = "as_of"
            case sessions
        }
    }
}
