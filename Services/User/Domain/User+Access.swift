internal import Contracts
internal import EventSourcing
internal import FoundationEssentials

/// Decisions about coming in.
extension User {
    func register(_ registration: Registration, as role: PersonRole) throws(UserRefusal) -> [UserEvent] {
        guard self.role == nil else { throw .alreadyExists }
        let profile = Profile(
            fullName: .known(registration.fullName.text),
            email: .known(registration.email.text),
            locale: registration.locale,
            timeZone: registration.timeZone
        )
        return [
            .registered(.init(role: role, profile: profile, passwordHash: .known(registration.password.text)))
        ]
    }

    func introduce(_ introduction: Introduction, at now: Date) throws(UserRefusal) -> [UserEvent] {
        guard self.role == nil else { throw .alreadyExists }
        let profile = Profile(
            fullName: .known(introduction.fullName.text),
            email: introduction.email.map { .known($0.text) },
            locale: introduction.locale,
            timeZone: introduction.timeZone
        )
        let code = Self.issued(introduction.accessCode, by: introduction.by, at: now)
        switch introduction.role {
        case .student(tutor: let tutor):
            let person = UserEvent.introduced(
                .init(role: .student, profile: profile, introducedBy: introduction.by)
            )
            let relation = tutor.map { UserEvent.relationAdded(.init(relation: .tutor, personID: $0)) }
            return [person, relation, code].compactMap(\.self)
        case .parent:
            return [.introduced(.init(role: .parent, profile: profile, introducedBy: introduction.by)), code]
        }
    }

    func issueAccessCode(_ code: AccessCodeHash, by person: UUID, at now: Date) throws(UserRefusal) -> [UserEvent] {
        try self.requireUsable()
        // Whoever holds a code becomes the person: an account in use must not be taken over by one.
        guard self.status == .invited else { throw .alreadyActive }
        return [Self.issued(code, by: person, at: now)]
    }

    func tryAccessCode(_ hash: SecretHash, at now: Date) throws(UserRefusal) -> [UserEvent] {
        try self.requireUsable()
        guard let grant = self.grant else { throw .noAccessCode }
        guard now < grant.expiresAt else { throw .accessCodeExpired }
        guard grant.triesLeft > 0 else { throw .accessCodeExhausted }
        return hash == grant.proofHash ? [] : [.accessCodeMissed(.init(triesLeft: grant.triesLeft - 1))]
    }

    func redeemAccessCode(
        _ hash: SecretHash,
        _ credential: Credential,
        at now: Date
    ) throws(UserRefusal) -> [UserEvent] {
        let missed = try self.tryAccessCode(hash, at: now)
        guard missed.isEmpty else { return missed }
        switch credential {
        case .password(let email, let password):
            return [.accessCodeRedeemed(.init(email: .known(email.text), passwordHash: .known(password.text)))]
        case .telegram(let id, let username):
            return [
                .accessCodeRedeemed(
                    .init(telegramID: .known(id), telegramUsername: username.map { .known($0.text) })
                )
            ]
        }
    }

    func changePassword(_ password: PasswordHash) throws(UserRefusal) -> [UserEvent] {
        try self.requireUsable()
        return [.passwordChanged(.init(passwordHash: .known(password.text)))]
    }

    func strengthenPasswordHash(_ password: PasswordHash) throws(UserRefusal) -> [UserEvent] {
        try self.requireUsable()
        return [.passwordHashStrengthened(.init(passwordHash: .known(password.text)))]
    }

    /// There is a person, and it may use the platform.
    func requireUsable() throws(UserRefusal) {
        try self.requirePerson()
        guard self.status != .blocked else { throw .blocked }
    }

    /// There is a person that was not erased.
    func requirePerson() throws(UserRefusal) {
        guard self.role != nil else { throw .unknownPerson }
        guard self.status != .erased else { throw .erased }
    }

    private static func issued(_ code: AccessCodeHash, by person: UUID, at now: Date) -> UserEvent {
        .accessCodeIssued(
            .init(
                selectorHash: code.selector,
                proofHash: code.proof,
                expiresAt: now + AccessGrant.lifetime,
                issuedBy: person
            )
        )
    }
}
