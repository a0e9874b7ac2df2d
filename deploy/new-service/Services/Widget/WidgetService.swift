internal import EventSourcing
internal import EventStorePostgres
internal import ServiceKit

/// Widgets: say here in one sentence what the service is for.
@main
struct WidgetService {
    static let projections: [any Projection<Widget>] = [WidgetsProjection()]

    static let definition = ServiceDefinition(
        name: "widget",
        port: 8999,
        migrations: WidgetMigrations.all,
        projections: Self.projections.map { AnyProjection($0) },
        publications: WidgetPublications.all,
        settings: { _ in },
        compose: { context, _ in
            let widgets = AggregateRepository<Widget>(projections: Self.projections)
            var parts = ServiceParts()
            WidgetRoutes(widgets: widgets, context: context).declare(in: &parts.routes)
            return parts
        }
    )

    static func main() async {
        await Self.definition.main(openAPI: PackageResources.openapi_yaml)
    }
}
