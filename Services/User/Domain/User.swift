internal import Contracts
internal import EventSourcing
internal import FoundationEssentials

/// A person's account: who it is, by what identity is proved, and who is related to whom.
///
/// Relations belong to the student: there the limit of parents can be held.
struct User: Aggregate {
    static let category = "user"

    /// What the person is; `nil` before there is one.
    private(set) var role: PersonRole?
    /// Where the account stands.
    private(set) var status = UserStatus.invited
    /// Who it is; `nil` before there is a person.
    private(set) var profile: Profile?
    /// The password, if one was set.
    private(set) var passwordHash: Personal<String>?
    /// The Telegram account, if one was bound.
    private(set) var telegramID: Personal<Int64>?
    /// An access code that was not redeemed yet.
    private(set) var grant: AccessGrant?
    /// Who teaches this student.
    private(set) var tutors: Set<UUID> = []
    /// Who answers for this student.
    private(set) var parents: Set<UUID> = []

    init() {}

    func decide(_ command: UserCommand) throws(UserRefusal) -> [UserEvent] {
        switch command {
        case .registerTutor(let registration):
            try self.register(registration, as: .tutor)
        case .appointAdmin(let registration):
            try self.register(registration, as: .admin)
        case .introduce(let introduction, at: let now):
            try self.introduce(introduction, at: now)
        case .issueAccessCode(let hash, by: let person, at: let now):
            try self.issueAccessCode(hash, by: person, at: now)
        case .tryAccessCode(let hash, at: let now):
            try self.tryAccessCode(hash, at: now)
        case .redeemAccessCode(let hash, let credential, at: let now):
            try self.redeemAccessCode(hash, credential, at: now)
        case .addRelation(let relation, let person):
            try self.addRelation(relation, person)
        case .removeRelation(let relation, let person):
            try self.removeRelation(relation, person)
        case .changeProfile(let change):
            try self.changeProfile(change)
        case .changePassword(let password):
            try self.changePassword(password)
        case .strengthenPasswordHash(let password):
            try self.strengthenPasswordHash(password)
        case .block(by: let person):
            try self.block(by: person)
        case .unblock(by: let person):
            try self.unblock(by: person)
        case .erase(by: let person):
            try self.erase(by: person)
        }
    }

    mutating func evolve(_ event: UserEvent) {
        switch event {
        case .registered(let event):
            self.role = event.role
            self.status = .active
            self.profile = event.profile
            self.passwordHash = event.passwordHash
        case .introduced(let event):
            self.role = event.role
            self.status = .invited
            self.profile = event.profile
        case .accessCodeIssued(let event):
            self.grant = AccessGrant(proofHash: event.proofHash, expiresAt: event.expiresAt)
        case .accessCodeMissed(let event):
            self.grant?.triesLeft = event.triesLeft
        case .accessCodeWithdrawn:
            self.grant = nil
        case .accessCodeRedeemed(let event):
            self.status = .active
            self.grant = nil
            if let email = event.email { self.profile?.email = email }
            if let username = event.telegramUsername { self.profile?.telegramUsername = username }
            self.passwordHash = event.passwordHash ?? self.passwordHash
            self.telegramID = event.telegramID ?? self.telegramID
        case .relationAdded(let event):
            switch event.relation {
            case .tutor: self.tutors.insert(event.personID)
            case .parent: self.parents.insert(event.personID)
            }
        case .relationRemoved(let event):
            switch event.relation {
            case .tutor: self.tutors.remove(event.personID)
            case .parent: self.parents.remove(event.personID)
            }
        case .profileChanged(let event):
            self.profile = event.profile
        case .passwordChanged(let event):
            self.passwordHash = event.passwordHash
            self.grant = nil
        case .passwordHashStrengthened(let event):
            self.passwordHash = event.passwordHash
        case .blocked:
            self.status = .blocked
        case .unblocked:
            self.status = self.passwordHash == nil && self.telegramID == nil ? .invited : .active
        case .erased:
            self.status = .erased
            self.profile?.erase()
            self.passwordHash = nil
            self.telegramID = nil
            self.grant = nil
        }
    }
}
