internal import Contracts
internal import EventSourcing
internal import EventStorePostgres
internal import ServiceKit

/// Students' progress: experience, levels, streaks and achievements.
@main
struct StudentService {
    static let projections: [any Projection<Student>] = [
        ProgressProjection(), LedgerProjection(), AchievementsProjection(),
    ]

    static let definition = ServiceDefinition(
        name: "student",
        port: 8008,
        migrations: StudentMigrations.all,
        projections: Self.projections.map { AnyProjection($0) },
        publications: StudentPublications.all,
        settings: { StudentSettings.read(&$0) },
        compose: { context, levels in
            let students = AggregateRepository<Student>(projections: Self.projections, snapshots: .every(50))
            var parts = ServiceParts()
            UserSubscriptions(students: students).add(to: &parts.subscriptions)
            LessonSubscriptions(students: students, levels: levels).add(to: &parts.subscriptions)
            StudentRoutes(levels: levels, context: context).declare(in: &parts.routes)
            return parts
        }
    )

    static func main() async {
        await Self.definition.main(openAPI: PackageResources.openapi_yaml)
    }
}
