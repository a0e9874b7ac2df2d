internal import Directory
internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Postgres

/// The directory of this service, written with the facts themselves: here nobody has to wait for news.
struct DirectoryProjection: Projection {
    typealias Source = User

    static let name = "directory"
    static let tables = ["directory_people", "directory_relations", "directory_separations"]

    func project(_ recorded: Recorded<UserEvent>, into session: PostgresSession) throws {
        let (id, version) = (recorded.stream.id, recorded.streamVersion)
        switch recorded.event {
        case .registered(let event):
            DirectoryWriter.add(id, event.role, event.profile.locale, event.profile.timeZone, at: version, in: session)
        case .introduced(let event):
            DirectoryWriter.add(id, event.role, event.profile.locale, event.profile.timeZone, at: version, in: session)
        case .profileChanged(let event):
            DirectoryWriter.update(id, event.profile.locale, event.profile.timeZone, at: version, in: session)
        case .relationAdded(let event):
            DirectoryWriter.relate(event.personID, as: event.relation, to: id, at: version, in: session)
        case .relationRemoved(let event):
            DirectoryWriter.separate(event.personID, as: event.relation, from: id, at: version, in: session)
        case .blocked:
            DirectoryWriter.set(.blocked, of: id, at: version, in: session)
        case .unblocked:
            DirectoryWriter.set(.active, of: id, at: version, in: session)
        case .erased:
            DirectoryWriter.set(.erased, of: id, at: version, in: session)
        case .accessCodeIssued, .accessCodeMissed, .accessCodeWithdrawn, .accessCodeRedeemed, .passwordChanged,
            .passwordHashStrengthened:
            break
        }
    }
}
