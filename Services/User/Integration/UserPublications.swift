internal import Contracts
internal import EventSourcing
internal import FoundationEssentials

/// What the others learn about people.
///
/// Sessions are nobody else's business.
enum UserPublications {
    static let all = Publications(source: "user").adding(User.self, Self.publish)

    private static func publish(_ recorded: Recorded<UserEvent>) -> [any PublicPayload] {
        let person = recorded.stream.id
        return switch recorded.event {
        case .registered(let event):
            [Self.created(person, event.role, event.profile)]
        case .introduced(let event):
            [Self.created(person, event.role, event.profile)]
        case .accessCodeIssued, .accessCodeMissed, .accessCodeWithdrawn, .accessCodeRedeemed, .passwordChanged,
            .passwordHashStrengthened:
            []
        case .relationAdded(let event):
            [UserRelationAdded(studentID: person, relation: event.relation, personID: event.personID)]
        case .relationRemoved(let event):
            [UserRelationRemoved(studentID: person, relation: event.relation, personID: event.personID)]
        case .profileChanged(let event):
            [UserUpdated(userID: person, locale: event.profile.locale, timeZone: event.profile.timeZone)]
        case .blocked:
            [UserBlocked(userID: person)]
        case .unblocked:
            [UserUnblocked(userID: person)]
        case .erased:
            [UserErased(userID: person)]
        }
    }

    private static func created(_ person: UUID, _ role: PersonRole, _ profile: Profile) -> UserCreated {
        UserCreated(userID: person, role: role, locale: profile.locale, timeZone: profile.timeZone)
    }
}
