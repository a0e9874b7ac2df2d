internal import Contracts
internal import FoundationEssentials

/// What can be asked of a person's account.
///
/// Whether an e-mail address is taken is not its business: a constraint of the credentials projection holds that, in the same
/// transaction.
enum UserCommand: Sendable {
    /// A tutor comes. No other role is ever chosen freely.
    case registerTutor(Registration)
    /// The first admin, by configuration.
    case appointAdmin(Registration)
    /// A tutor brings a student or a parent.
    case introduce(Introduction, at: Date)
    /// A new access code for somebody who has never come in; an earlier one ends.
    case issueAccessCode(AccessCodeHash, by: UUID, at: Date)
    /// Somebody shows the second half of an access code, to see whether it is right. A wrong one is a fact too: the tries are
    /// counted.
    case tryAccessCode(SecretHash, at: Date)
    /// Somebody comes in by an access code. A wrong one is a fact too, and the code is still there afterwards.
    case redeemAccessCode(SecretHash, Credential, at: Date)
    /// A tutor takes the student on, a parent answers for the student.
    case addRelation(Relation, UUID)
    /// The tutor does not teach the student any more, the parent does not answer for the student any more.
    case removeRelation(Relation, UUID)
    case changeProfile(ProfileChange)
    /// Whoever asks has shown the old one, or a right to reset it.
    case changePassword(PasswordHash)
    /// The same password, made harder to guess from its hash.
    case strengthenPasswordHash(PasswordHash)
    case block(by: UUID)
    case unblock(by: UUID)
    /// Forget the person. The key goes in the same transaction.
    case erase(by: UUID)
}
