internal import Contracts
internal import EventSourcing
internal import EventStorePostgres
internal import ServiceKit

/// Lessons: planning, conflicts, attendance, completion and its corrections.
@main
struct LessonService {
    static let projections: [any Projection<Lesson>] = [LessonsProjection(), CalendarProjection()]

    static let definition = ServiceDefinition(
        name: "lesson",
        port: 8002,
        migrations: LessonMigrations.all,
        projections: Self.projections.map { AnyProjection($0) },
        publications: LessonPublications.all,
        settings: { LessonSettings.read(&$0) },
        compose: { context, settings in
            let keys = PersonalKeys(wrappingKey: settings.personalDataKey)
            let lessons = AggregateRepository<Lesson>(projections: Self.projections, keys: keys)
            var parts = ServiceParts()
            UserSubscriptions(lessons: lessons).add(to: &parts.subscriptions)
            LessonRoutes(lessons: lessons, context: context).declare(in: &parts.routes)
            parts.personalKeys = keys
            parts.background = [TextErasure(lessons: lessons, keys: keys, context: context)]
            return parts
        }
    )

    static func main() async {
        await Self.definition.main(openAPI: PackageResources.openapi_yaml)
    }
}
