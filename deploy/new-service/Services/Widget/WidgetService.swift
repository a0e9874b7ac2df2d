internal import Directory
internal import EventSourcing
internal import EventStorePostgres
internal import ServiceKit

/// Widgets: say here in one sentence what the service is for.
@main
struct WidgetService {
    static let definition = ServiceDefinition(
        name: "widget",
        port: 8999,
        migrations: WidgetMigrations.all,
        projections: [AnyProjection(WidgetsProjection())],
        publications: WidgetPublications.all,
        settings: { _ in },
        compose: { context, _ in
            let widgets = AggregateRepository<Widget>(projections: [WidgetsProjection()])
            var parts = ServiceParts()
            DirectorySubscriptions.add(to: &parts.subscriptions)
            WidgetRoutes(widgets: widgets, log: context.log, postgres: context.postgres).declare(in: &parts.routes)
            return parts
        }
    )

    static func main() async {
        await Self.definition.main(openAPI: PackageResources.openapi_yaml)
    }
}
