internal import Contracts
internal import Directory
internal import EventSourcing
internal import EventStorePostgres
internal import ServiceKit

/// Lessons: planning, conflicts, attendance, completion and its corrections.
@main
struct LessonService {
    static let definition = ServiceDefinition(
        name: "lesson",
        port: 8002,
        migrations: LessonMigrations.all,
        projections: [AnyProjection(LessonsProjection()), AnyProjection(CalendarProjection())],
        publications: LessonPublications.all,
        settings: { _ in },
        compose: { context, _ in
            let lessons = AggregateRepository<Lesson>(projections: [LessonsProjection(), CalendarProjection()])
            var parts = ServiceParts()
            DirectorySubscriptions.add(to: &parts.subscriptions)
            LessonRoutes(lessons: lessons, log: context.log, postgres: context.postgres).declare(in: &parts.routes)
            return parts
        }
    )

    static func main() async {
        await Self.definition.main(openAPI: PackageResources.openapi_yaml)
    }
}
