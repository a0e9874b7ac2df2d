internal import Contracts
internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Postgres
internal import ServiceKit

/// The HTTP face of widgets.
struct WidgetRoutes: Sendable {
    let widgets: AggregateRepository<Widget>
    let context: ServiceContext

    func declare(in routes: inout RouteTable) {
        routes.post("/api/v1/widgets", .role(.tutor), self.create)
        routes.get("/api/v1/widgets", .role(.tutor), self.list)
        routes.get("/api/v1/widgets/{id}", .role(.tutor), self.show)
    }

    private func create(_ request: ServiceRequest) async throws -> ServiceResponse {
        let tutor = try request.principal
        let title = try WidgetTitle(try await request.decode(CreateWidgetRequest.self).title)
        let id = UUID.version7()
        return try await self.context.log.respond(to: request) { work in
            let widget = try self.widgets.handle(.create(title, by: tutor.id), on: id, in: work)
            return try ServiceResponse.created(
                try WidgetsQueries.widget(id, for: tutor, in: work.session),
                at: "/api/v1/widgets/\(id.lowercased)"
            ).etag(widget.version)
        }
    }

    private func list(_ request: ServiceRequest) async throws -> ServiceResponse {
        let (viewer, page) = (try request.principal, try request.page())
        return try .json(
            try await self.context.postgres.withSession { try WidgetsQueries.list(page, for: viewer, in: $0) }
        )
    }

    private func show(_ request: ServiceRequest) async throws -> ServiceResponse {
        let (viewer, id) = (try request.principal, try request.id())
        let widget = try await self.context.postgres.withSession { session in
            try WidgetsQueries.widget(id, for: viewer, in: session)
        }
        return try ServiceResponse.json(widget).etag(StreamVersion(rawValue: widget.version))
    }
}
