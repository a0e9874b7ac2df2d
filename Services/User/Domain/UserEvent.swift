internal import EventSourcing

/// What can happen to a person's account.
enum UserEvent: DomainEvent {
    case registered(Registered)
    case introduced(Introduced)
    case accessCodeIssued(AccessCodeIssued)
    case accessCodeMissed(AccessCodeMissed)
    case accessCodeWithdrawn(AccessCodeWithdrawn)
    case accessCodeRedeemed(AccessCodeRedeemed)
    case relationAdded(RelationAdded)
    case relationRemoved(RelationRemoved)
    case profileChanged(ProfileChanged)
    case passwordChanged(PasswordChanged)
    case passwordHashStrengthened(PasswordHashStrengthened)
    case blocked(Blocked)
    case unblocked(Unblocked)
    case erased(Erased)

    static let codec = EventCodec<UserEvent>()
        .adding(Registered.self, UserEvent.registered)
        .adding(Introduced.self, UserEvent.introduced)
        .adding(AccessCodeIssued.self, UserEvent.accessCodeIssued)
        .adding(AccessCodeMissed.self, UserEvent.accessCodeMissed)
        .adding(AccessCodeWithdrawn.self, UserEvent.accessCodeWithdrawn)
        .adding(AccessCodeRedeemed.self, UserEvent.accessCodeRedeemed)
        .adding(RelationAdded.self, UserEvent.relationAdded)
        .adding(RelationRemoved.self, UserEvent.relationRemoved)
        .adding(ProfileChanged.self, UserEvent.profileChanged)
        .adding(PasswordChanged.self, UserEvent.passwordChanged)
        .adding(PasswordHashStrengthened.self, UserEvent.passwordHashStrengthened)
        .adding(Blocked.self, UserEvent.blocked)
        .adding(Unblocked.self, UserEvent.unblocked)
        .adding(Erased.self, UserEvent.erased)

    var payload: any EventPayload {
        switch self {
        case .registered(let payload): payload
        case .introduced(let payload): payload
        case .accessCodeIssued(let payload): payload
        case .accessCodeMissed(let payload): payload
        case .accessCodeWithdrawn(let payload): payload
        case .accessCodeRedeemed(let payload): payload
        case .relationAdded(let payload): payload
        case .relationRemoved(let payload): payload
        case .profileChanged(let payload): payload
        case .passwordChanged(let payload): payload
        case .passwordHashStrengthened(let payload): payload
        case .blocked(let payload): payload
        case .unblocked(let payload): payload
        case .erased(let payload): payload
        }
    }
}
